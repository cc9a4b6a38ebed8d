import type { TargetGroup, TargetGroupBinding } from "@loopway/model";
import type { LoadBalancerTable } from "@loopway/routing";
import type { Settled } from "./settled.ts";

/** One load balancer as its manifests make it: what it decides, and which Services are behind that. */
export interface Routes {
  table: LoadBalancerTable;
  /** "namespace/name" of an Ingress on its own, or the name of an explicit group. */
  groupId: string;
  /** "namespace/service:port" by the name of a target group. */
  serviceByGroup: ReadonlyMap<string, string>;
  /** Target groups with nothing registered: 503. */
  emptyGroups: ReadonlySet<string>;
}

export function routesOf({ snapshot, loadBalancers }: Settled): Routes[] {
  const bindings = snapshot.list<TargetGroupBinding>("TargetGroupBinding");
  const serviceByGroup = new Map(
    bindings.map(({ metadata, spec: { serviceRef } }) => [metadata.name, `${metadata.namespace}/${serviceRef.name}:${serviceRef.port}`]),
  );
  const groups = snapshot.list<TargetGroup>("TargetGroup");
  const emptyGroups = new Set(groups.filter(({ spec }) => (spec.targets ?? []).length === 0).map(({ metadata }) => metadata.name));
  return loadBalancers.map(({ table, groupId }) => ({ table, groupId, serviceByGroup, emptyGroups }));
}
