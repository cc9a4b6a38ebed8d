import type { EndpointSlice, Node, Pod, Service } from "@loopway/model";
import { isFinished, isReady } from "../pod-state.ts";

export type Endpoint = EndpointSlice["endpoints"][number];

const ZONE_LABEL = "topology.kubernetes.io/zone";

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
    targetRef: { kind: "Pod", name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) },
  };
}
