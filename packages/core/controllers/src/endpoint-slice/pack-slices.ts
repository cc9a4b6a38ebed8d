/**
 * Spreads endpoints over slices with as few writes as possible. Endpoints stay in the slice where they are; new ones go, in this order, into
 * slices that are written anyway (the fullest first), into one untouched slice that has room for all that is left (the fullest such), and
 * into new slices. Slices are never levelled out. Kubernetes, staging/src/k8s.io/endpointslice/reconciler.go, reconcileByPortMapping.
 */
import { isEqual } from "@loopway/kube";
import type { Endpoint } from "./build-endpoint.ts";

/** Default of --max-endpoints-per-slice. */
export const MAX_ENDPOINTS = 100;

/** The contents of one existing slice. */
interface Packed<T> {
  slice: T;
  /** Empty: the slice is to be deleted. */
  endpoints: Endpoint[];
}

export interface Packing<T> {
  /** Every existing slice, changed or not. */
  existing: Packed<T>[];
  created: Endpoint[][];
}

/**
 * `slices` and `desired` share one set of ports. `isStale` marks slices that are written in any case, for their metadata. Two endpoints are
 * the same when they refer to the same pod.
 */
export function packSlices<T extends { endpoints: readonly Endpoint[] }>(
  slices: readonly T[],
  desired: readonly Endpoint[],
  isStale: (slice: T) => boolean,
): Packing<T> {
  const waiting = new Map(desired.map((endpoint) => [identityOf(endpoint), endpoint]));
  const existing = slices.map((slice) => ({ slice, endpoints: takeOwn(slice.endpoints, waiting) }));
  const isTouched = ({ slice, endpoints }: Packed<T>) => isStale(slice) || !isEqual(endpoints, slice.endpoints);
  const kept = existing
    .filter(({ endpoints }) => endpoints.length > 0)
    .sort((left, right) => right.endpoints.length - left.endpoints.length);
  const rest = [...waiting.values()];
  for (const { endpoints } of kept.filter(isTouched)) endpoints.push(...rest.splice(0, MAX_ENDPOINTS - endpoints.length));
  const created: Endpoint[][] = [];
  while (rest.length > 0) {
    const fitting = kept.find((packed) => !isTouched(packed) && packed.endpoints.length + rest.length <= MAX_ENDPOINTS);
    if (fitting !== undefined) fitting.endpoints.push(...rest.splice(0));
    else created.push(rest.splice(0, MAX_ENDPOINTS));
  }
  return { existing, created };
}

/** The desired form of those of a slice's endpoints that are still wanted; they wait no longer. */
function takeOwn(endpoints: readonly Endpoint[], waiting: Map<string, Endpoint>): Endpoint[] {
  return endpoints.flatMap((endpoint) => {
    const identity = identityOf(endpoint);
    const wanted = waiting.get(identity);
    waiting.delete(identity);
    return wanted === undefined ? [] : [wanted];
  });
}

/** Of the pod. */
export function identityOf({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? `${targetRef?.namespace}/${targetRef?.name} ${addresses.join(",")}`;
}
