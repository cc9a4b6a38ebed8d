import type { ControllerSettings, Snapshot } from "@loopway/kube";
import type { Ingress, KubeObject, LoadBalancer, Problem } from "@loopway/model";
import type { CompileRegex, LoadBalancerTable } from "@loopway/routing";

export interface SettleOptions extends Pick<ControllerSettings, "lbcVersion" | "quotas"> {
  /** Accept only what the real Load Balancer Controller and AWS accept. */
  strict: boolean;
  /** Milliseconds since the epoch: when everything was created. */
  now: number;
  /** Of names and ports that the cluster would choose by chance. */
  seed?: number;
  /** Whose address plan the answers speak of. */
  instance?: number;
  /** Of loadRegexEngine: wanted where `usesRegexAnnotations` says so. Without it such rules have a problem and are left out. */
  compileRegex?: CompileRegex | undefined;
}

/** What manifests come to when nothing more changes: every controller is at rest, every pod runs, every target was checked. */
export interface Settled {
  /** The objects given, and all that the controllers made of them. */
  snapshot: Snapshot;
  /** In order of name. */
  loadBalancers: readonly SettledLoadBalancer[];
  /** In order of object. */
  problems: readonly Problem[];
  /** Objects of kinds that nothing here reads, as they came. */
  ignored: readonly KubeObject[];
}

/** One IngressGroup that was built. */
export interface SettledLoadBalancer {
  loadBalancer: LoadBalancer;
  /** What the load balancer serves from: the table that its hop would compile. */
  table: LoadBalancerTable;
  groupId: string;
  /** Its members, in rule order. */
  ingresses: readonly Ingress[];
}
