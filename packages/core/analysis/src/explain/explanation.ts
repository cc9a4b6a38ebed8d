/** What `explain` answers: plain data, published as explanation.schema.json. */
import type { TargetGroup } from "@loopway/model";

export interface ExplainRequest {
  method: string;
  /** Absolute, as it was written: paths are matched as they are sent. */
  url: string;
  /** Names as written; Host replaces the URL's. */
  headers?: readonly HeaderLine[];
  /** Where the client is: anywhere, or a pod, by "name" or "namespace/name" (namespace default). */
  from?: "internet" | { pod: string };
  /** Address of the client; default one of TEST-NET-3, or the pod's. */
  sourceIp?: string;
}

export interface HeaderLine {
  name: string;
  value: string;
}

export interface Explanation {
  request: { method: string; url: string; from: string; sourceIp: string };
  /** The request, and one more for each redirect that was followed. */
  visits: readonly Visit[];
  outcome: Outcome;
}

export type Outcome =
  /** At least one pod can answer. `reservations` say which share of the requests cannot be answered, and why. */
  | { kind: "reached"; reservations: readonly string[] }
  /** A rule that somebody wrote answers: a fixed response, a login, or a redirect to a place that is not in these manifests. */
  | { kind: "answered"; status: number; reason: string }
  | { kind: "unreachable"; status?: number; reason: string };

/** A place in a manifest. */
export interface Place {
  /** "Ingress default/web" */
  object: string;
  /** RFC 6901, into the object. */
  pointer: string;
  /** file:line, where it is known. */
  source?: string;
}

export interface Visit {
  url: string;
  name: NameAnswer;
  /** Where the connection goes; absent when the name leads nowhere. */
  entrance?: Entrance;
  /** Each rule in order of priority, up to the one that took the request. */
  trials: readonly Trial[];
  rule?: WinningRule;
  response?: Response;
  /** Why it ends here, when nothing answers. */
  failure?: string;
}

export interface NameAnswer {
  name: string;
  addresses: readonly string[];
  /** In one sentence: which record, of whom, or why there is none. */
  reason: string;
  hostedZone?: string;
  /** Name of the RecordSet. */
  record?: string;
  /** The DNS name that an alias stands for. */
  alias?: string;
  wildcard?: boolean;
  /** Who wrote the record. */
  place?: Place;
}

export type Entrance =
  | {
      kind: "load-balancer";
      loadBalancer: string;
      /** IngressGroup. */
      group: string;
      scheme: "internal" | "internet-facing";
      address: string;
      listener: { listenerPort: number; protocol: string };
      certificate?: { arn: string; reason: string };
    }
  | { kind: "service"; service: string; clusterIP: string; servicePort: number }
  /** The address is dialled as it is: no Service is in between. */
  | { kind: "pod"; address: string; port: number };

export interface Trial {
  priority: number;
  rule: string;
  place?: Place;
  /** The first condition that the request does not meet; absent for the rule that took it. */
  failed?: { condition: string; sent: readonly string[] };
}

export interface WinningRule {
  priority: number | "default";
  rule: string;
  place?: Place;
}

export type Response =
  | { kind: "fixed-response"; status: number; contentType: string; body: string; reason?: string }
  | { kind: "redirect"; status: number; location: string }
  | { kind: "login"; status: number; by: string }
  | { kind: "error"; status: number; reason: string }
  | {
      kind: "forward";
      /** What comes before: "authenticate-oidc". */
      after: readonly string[];
      /** What a pod sees; absent between pods, where nothing is rewritten. */
      request?: { method: string; target: string; headers: readonly HeaderLine[]; rewritten: boolean };
      backends: readonly Backend[];
    };

/** A target group; behind a ClusterIP the Service itself; neither, where a pod is dialled. */
export interface Backend {
  targetGroup?: string;
  /** Share of the requests, 0 to 1. */
  share: number;
  targetType?: TargetGroup["spec"]["targetType"];
  protocol?: string;
  service?: {
    name: string;
    servicePort: number;
    portName?: string;
    targetPort: number | string;
    nodePort?: number;
    place: Place;
  };
  endpointSlices: readonly string[];
  targets: readonly { target: string; health: string }[];
  pods: readonly PodEnd[];
  /** What the client gets instead of a pod's answer. */
  failure?: { status?: number; reason: string };
}

export interface PodEnd {
  pod: string;
  address: string;
  targetPort: number;
  node?: string;
}
