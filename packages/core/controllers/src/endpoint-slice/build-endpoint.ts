import type { EndpointSlice, Node, Pod, Service } from "@loopway/model";
import { isFinished, isReady } from "../pod-state.ts";
import { isTopologyAware } from "./topology-hints.ts";

export type Endpoint = EndpointSlice["endpoints"][number];

export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Pods that run, or are about to: those without an address and those that are over have no endpoint. */
export function hasEndpoint(pod: Pod): boolean {
  return (pod.status?.podIP ?? "") !== "" && !isFinished(pod);
}

/**
 * The pod as an endpoint. Serving is the pod's Ready condition, terminating its deletion; ready is serving and not terminating, or whatever
 * the pod's state with publishNotReadyAddresses. Kubernetes, staging/src/k8s.io/endpointslice/utils.go, podToEndpoint.
 */
export function buildEndpoint(pod: Pod, service: Service, node: Node | undefined): Endpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: { ready, serving, terminating },
    ...(nodeName ? { nodeName } : {}),
    ...(zone === undefined ? {} : { zone }),
    ...(hostname && subdomain === service.metadata.name ? { hostname } : {}),
    ...hintsFor(service, { ready, nodeName, zone }),
    targetRef: { kind: "Pod", name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) },
  };
}

/**
 * trafficDistribution: PreferSameZone, of which PreferClose is the older name, hints each ready endpoint with its own zone; PreferSameNode with
 * its node too. Kubernetes, staging/src/k8s.io/endpointslice/trafficdist; KEP-4444, KEP-3015.
 */
function hintsFor(
  service: Service,
  { ready, nodeName, zone }: { ready: boolean; nodeName: string | undefined; zone: string | undefined },
): Pick<Endpoint, "hints"> {
  const { trafficDistribution } = service.spec;
  // The annotation wins, whatever becomes of it: topology-hints.ts.
  if (!ready || isTopologyAware(service)) return {};
  const forZones = zone === undefined ? {} : { forZones: [{ name: zone }] };
  switch (trafficDistribution) {
    case "PreferClose":
    case "PreferSameZone":
      return zone === undefined ? {} : { hints: forZones };
    case "PreferSameNode":
      return nodeName ? { hints: { ...forZones, forNodes: [{ name: nodeName }] } } : {};
    default:
      return {};
  }
}
