import { isEqual, type Snapshot } from "@loopway/kube";
import type { EndpointSlice, Node, Pod, Service } from "@loopway/model";
import { isControlledBy } from "../owner.ts";
import { buildEndpoint, type Endpoint, hasEndpoint } from "./build-endpoint.ts";
import { sliceLabels } from "./labels.ts";
import { identityOf, packSlices } from "./pack-slices.ts";
import { type EndpointPort, resolvePorts } from "./resolve-ports.ts";
import { hintEndpoints, isTopologyAware, withoutHints } from "./topology-hints.ts";
import { zoneShares } from "./zone-shares.ts";

export interface SlicePlan {
  /** Existing slices that stay, with what they are to hold. */
  kept: { slice: EndpointSlice; endpoints: Endpoint[] }[];
  created: { ports: EndpointPort[]; endpoints: Endpoint[] }[];
  deleted: EndpointSlice[];
  /** Why the annotation gives no hints; absent where it does, or is not there. */
  refusal?: string;
}

/** The endpoints of pods that serve the same ports under the same numbers; only those may share a slice. */
interface PortGroup {
  ports: EndpointPort[];
  endpoints: Endpoint[];
  slices: EndpointSlice[];
}

/** `slices` are the managed slices of the Service, `pods` those that it selects. */
export function planSlices(service: Service, slices: readonly EndpointSlice[], pods: readonly Pod[], snapshot: Snapshot): SlicePlan {
  const labels = sliceLabels(service);
  const isStale = (slice: EndpointSlice) => !isEqual(slice.metadata.labels, labels) || !isControlledBy(slice, service);
  const plan: SlicePlan = { kept: [], created: [], deleted: [] };
  for (const group of groupByPorts(service, slices, pods, snapshot)) {
    const packing = packSlices(group.slices, group.endpoints, isStale);
    for (const packed of packing.existing) {
      if (packed.endpoints.length > 0) plan.kept.push(packed);
      else plan.deleted.push(packed.slice);
    }
    for (const endpoints of packing.created) plan.created.push({ ports: group.ports, endpoints });
  }
  const isEmpty = plan.kept.length + plan.created.length === 0;
  return withHints(isEmpty ? withPlaceholder(plan) : plan, service, { isStale, snapshot });
}

interface HintOptions {
  isStale(slice: EndpointSlice): boolean;
  snapshot: Snapshot;
}

/** Created slices come first in the choice of who is hinted another zone, then those that are written. */
function withHints(plan: SlicePlan, service: Service, { isStale, snapshot }: HintOptions): SlicePlan {
  if (!isTopologyAware(service)) return plan;
  const isTouched = ({ slice, endpoints }: SlicePlan["kept"][number]) => isStale(slice) || !isEqual(endpoints, slice.endpoints);
  const slices = [
    ...plan.created.map(({ endpoints }) => ({ endpoints, isTouched: true })),
    ...plan.kept.map((kept) => ({ endpoints: kept.endpoints, isTouched: isTouched(kept) })),
  ];
  const hinted = hintEndpoints(slices, zoneShares(snapshot.list<Node>("Node")));
  const refusal = typeof hinted === "string" ? hinted : undefined;
  const endpointsAt = (index: number) =>
    typeof hinted === "string" ? (slices[index]?.endpoints ?? []).map(withoutHints) : (hinted[index] ?? []);
  return {
    ...plan,
    created: plan.created.map((created, index) => ({ ...created, endpoints: endpointsAt(index) })),
    kept: plan.kept.map((kept, index) => ({ ...kept, endpoints: endpointsAt(plan.created.length + index) })),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Endpoints that stay as they are keep the hints that they have, for `hintEndpoints` to judge. */
function withKnownHints(endpoint: Endpoint, existing: ReadonlyMap<string, Endpoint>): Endpoint {
  const known = existing.get(identityOf(endpoint));
  return known !== undefined && isEqual(withoutHints(known), endpoint) ? known : endpoint;
}

/** A Service without endpoints keeps one empty slice without ports, by which readers know that it was seen to. */
function withPlaceholder({ deleted }: SlicePlan): SlicePlan {
  const slice = deleted.find(({ endpoints, ports = [] }) => endpoints.length === 0 && ports.length === 0);
  if (slice === undefined) return { kept: [], created: [{ ports: [], endpoints: [] }], deleted };
  return { kept: [{ slice, endpoints: [] }], created: [], deleted: deleted.filter((other) => other !== slice) };
}

function groupByPorts(service: Service, slices: readonly EndpointSlice[], pods: readonly Pod[], snapshot: Snapshot): PortGroup[] {
  const groups: PortGroup[] = [];
  const groupOf = (ports: EndpointPort[]) => {
    const known = groups.find((group) => isEqual(group.ports, ports));
    if (known !== undefined) return known;
    const group: PortGroup = { ports, endpoints: [], slices: [] };
    groups.push(group);
    return group;
  };
  for (const slice of slices) groupOf(slice.ports ?? []).slices.push(slice);
  const hinted = isTopologyAware(service) ? slices.flatMap(({ endpoints }) => endpoints) : [];
  const existing = new Map(hinted.map((endpoint) => [identityOf(endpoint), endpoint]));
  for (const pod of pods.filter(hasEndpoint)) {
    const node = pod.spec.nodeName ? snapshot.get<Node>("Node", undefined, pod.spec.nodeName) : undefined;
    // The pod garbage collector will remove it. Kubernetes, staging/src/k8s.io/endpointslice/reconciler.go, "skipping Pod".
    if (pod.spec.nodeName && node === undefined && service.spec.publishNotReadyAddresses !== true) continue;
    groupOf(resolvePorts(service, pod)).endpoints.push(withKnownHints(buildEndpoint(pod, service, node), existing));
  }
  return groups;
}
