// Which endpoints of a Service port a connection may go to (Kubernetes, pkg/proxy/topology.go, CategorizeEndpoints). There are two sets, and
// they fall back apart from each other:
//
//   cluster   ready ones, narrowed by hints; none ready anywhere → those that still serve while they terminate
//   local     the node's own ready ones; none → the node's own that still serve while they terminate; none → nobody

/** As in an EndpointSlice; absent means true for ready and serving, false for terminating. */
interface EndpointConditions {
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
}

/** An endpoint of an EndpointSlice, as far as the choice reads it. */
export interface PlacedEndpoint extends EndpointConditions {
  nodeName?: string;
  hints?: { forZones?: readonly { name: string }[]; forNodes?: readonly { name: string }[] };
}

/** From where the choice is made; a client on no node has neither. */
export interface Place {
  node?: string | undefined;
  availabilityZone?: string | undefined;
}

export type TrafficPolicy = "Cluster" | "Local";

/** `reject`: nobody serves anywhere (refused at once). `drop`: somebody does, but not here, where only this node's count (no answer). */
export type EndpointVerdict<T> = { kind: "forward"; endpoints: readonly T[] } | { kind: "reject" } | { kind: "drop" };

/** The endpoints for one traffic policy, seen from one place. */
export function judgeEndpoints<T extends PlacedEndpoint>(endpoints: readonly T[], place: Place, policy: TrafficPolicy): EndpointVerdict<T> {
  const chosen = policy === "Local" ? localEndpoints(endpoints, place) : clusterEndpoints(endpoints, place);
  if (chosen.length > 0) return { kind: "forward", endpoints: chosen };
  return { kind: candidateEndpoints(endpoints).length === 0 ? "reject" : "drop" };
}

/** The ready ones; where none is ready, those still serving while they terminate. */
export function candidateEndpoints<T extends EndpointConditions>(endpoints: readonly T[]): readonly T[] {
  const ready = endpoints.filter(isReady);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ conditions }) => (conditions?.serving ?? true) && conditions?.terminating === true);
}

function localEndpoints<T extends PlacedEndpoint>(endpoints: readonly T[], { node }: Place): readonly T[] {
  return node === undefined ? [] : candidateEndpoints(endpoints.filter(({ nodeName }) => nodeName === node));
}

/** Hints never leave it empty: they count only where a ready endpoint matches. */
function clusterEndpoints<T extends PlacedEndpoint>(endpoints: readonly T[], place: Place): readonly T[] {
  const candidates = candidateEndpoints(endpoints);
  return preferred(candidates.filter(isReady), place) ?? candidates;
}

/**
 * The hints for this node, else those for its availability zone; either counts only where every ready endpoint has such a hint and at least
 * one names this place (topologyModeFromHints; KEP-2433, KEP-3015).
 */
function preferred<T extends PlacedEndpoint>(ready: readonly T[], { node, availabilityZone }: Place): readonly T[] | undefined {
  return hintedFor(ready, node, "forNodes") ?? hintedFor(ready, availabilityZone, "forZones");
}

function hintedFor<T extends PlacedEndpoint>(
  ready: readonly T[],
  name: string | undefined,
  hint: "forNodes" | "forZones",
): readonly T[] | undefined {
  if (name === undefined || ready.some(({ hints }) => (hints?.[hint]?.length ?? 0) === 0)) return undefined;
  const hinted = ready.filter(({ hints }) => hints?.[hint]?.some((wanted) => wanted.name === name));
  return hinted.length === 0 ? undefined : hinted;
}

function isReady({ conditions }: EndpointConditions): boolean {
  return conditions?.ready ?? true;
}
