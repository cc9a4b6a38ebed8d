/** An endpoint's conditions as in an EndpointSlice; absent means true for ready and serving, false for terminating. */
export interface EndpointConditions {
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
}

/**
 * The endpoints that kube-proxy may choose from: the ready ones; where none is ready, those still serving while they terminate. Empty: the
 * connection is refused. Kubernetes, pkg/proxy/topology.go, CategorizeEndpoints (cluster set). For a Local traffic policy call it with the
 * node's own endpoints only.
 */
export function candidateEndpoints<T extends EndpointConditions>(endpoints: readonly T[]): readonly T[] {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ conditions }) => (conditions?.serving ?? true) && conditions?.terminating === true);
}
