import type { Address, EndpointSlice, Node, Protocol, Service } from "@loopway/model";
import type { Frontend } from "./frontends.ts";
import { locateNodes, type Places } from "./places.ts";

/** One address that is listened on, and where its connections may go. */
export interface ServiceRule extends Frontend {
  protocol: Protocol;
  /** "namespace/name". */
  service: string;
  /** "namespace/name:port name": its affinity and its turns are shared by all its addresses. */
  servicePort: string;
  /** For clients on a node, where that makes a difference; by the node's name. */
  onNode: ReadonlyMap<string, Route>;
  /** For all others. */
  elsewhere: Route;
  /** sessionAffinity ClientIP. */
  affinityMs?: number;
}

/** `reject`: refused at once. `drop`: no answer ever. `source`: which address the pod sees. */
export type Route =
  | { kind: "forward"; endpoints: readonly ServiceEndpoint[]; source: "client" | "node" }
  | { kind: "reject" }
  | { kind: "drop" };

export interface ServiceEndpoint {
  address: Address;
  /** Name of the pod behind it. */
  pod: string | undefined;
}

/** What healthCheckNodePort answers for one Service. */
export interface HealthCheck {
  virtual: Address;
  namespace: string;
  name: string;
  localEndpoints: number;
}

/** What one Service has come to, and of what: it stands until one of these is another. */
export interface CompiledService {
  service: Service;
  slices: readonly EndpointSlice[];
  rules: readonly ServiceRule[];
  healthChecks: readonly HealthCheck[];
}

/** Immutable; swapped at once. A connection keeps what it was given. */
export interface ServiceTable {
  /** The highest resourceVersion among the Services and EndpointSlices that it was compiled from. */
  revision: string;
  /** By protocol and virtual address (bindingKey). */
  rules: ReadonlyMap<string, ServiceRule>;
  healthChecks: readonly HealthCheck[];
  places: Places;
  /** What the places were located from. */
  nodes: readonly Node[];
  /** By "namespace/name". */
  services: ReadonlyMap<string, CompiledService>;
}

export const emptyTable: ServiceTable = {
  revision: "",
  rules: new Map(),
  healthChecks: [],
  places: locateNodes([]),
  nodes: [],
  services: new Map(),
};

/** What becomes of a connection to this rule's address, by the node that its client is on. */
export function routeFor(rule: ServiceRule, clientNode: string | undefined): Route {
  return (clientNode === undefined ? undefined : rule.onNode.get(clientNode)) ?? rule.elsewhere;
}
