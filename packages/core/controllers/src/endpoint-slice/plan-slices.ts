import { isEqual, type Snapshot } from "@loopway/kube";
import type { EndpointSlice, Node, Pod, Service } from "@loopway/model";
import { canonicalJson } from "../canonical-json.ts";
import { isControlledBy } from "../owner.ts";
import { buildEndpoint, type Endpoint, hasEndpoint } from "./build-endpoint.ts";
import { sliceLabels } from "./labels.ts";
import { packSlices } from "./pack-slices.ts";
import { type EndpointPort, resolvePorts } from "./resolve-ports.ts";

export interface SlicePlan {
  /** Existing slices that stay, with what they are to hold. */
  kept: { slice: EndpointSlice; endpoints: Endpoint[] }[];
  created: { ports: EndpointPort[]; endpoints: Endpoint[] }[];
  deleted: EndpointSlice[];
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
  return plan.kept.length + plan.created.length > 0 ? plan : withPlaceholder(plan);
}

/** A Service without endpoints keeps one empty slice without ports, by which readers know that it was seen to. */
function withPlaceholder({ deleted }: SlicePlan): SlicePlan {
  const slice = deleted.find(({ endpoints, ports = [] }) => endpoints.length === 0 && ports.length === 0);
  if (slice === undefined) return { kept: [], created: [{ ports: [], endpoints: [] }], deleted };
  return { kept: [{ slice, endpoints: [] }], created: [], deleted: deleted.filter((other) => other !== slice) };
}

function groupByPorts(service: Service, slices: readonly EndpointSlice[], pods: readonly Pod[], snapshot: Snapshot): PortGroup[] {
  const groups = new Map<string, PortGroup>();
  const groupOf = (ports: EndpointPort[]) => {
    const key = canonicalJson(ports);
    const group = groups.get(key) ?? { ports, endpoints: [], slices: [] };
    groups.set(key, group);
    return group;
  };
  for (const slice of slices) groupOf(slice.ports ?? []).slices.push(slice);
  for (const pod of pods.filter(hasEndpoint)) {
    const node = pod.spec.nodeName ? snapshot.get<Node>("Node", undefined, pod.spec.nodeName) : undefined;
    groupOf(resolvePorts(service, pod)).endpoints.push(buildEndpoint(pod, service, node));
  }
  return [...groups.values()];
}
