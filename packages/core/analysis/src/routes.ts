import type { LoadBalancerTable } from "@loopway/routing";

/** One load balancer as its manifests make it: what it decides, and which Services are behind that. */
export interface Routes {
  table: LoadBalancerTable;
  /** "namespace/service:port" by the name of a target group. */
  serviceByGroup: ReadonlyMap<string, string>;
  /** Target groups with nothing registered: 503. */
  emptyGroups: ReadonlySet<string>;
}
