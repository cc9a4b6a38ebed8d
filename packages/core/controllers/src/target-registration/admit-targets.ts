// elbv2 RegisterTargets against the quotas of a target group and of its load balancer.
import type { ControllerSettings, Snapshot } from "@loopway/kube";
import { DEFAULT_QUOTAS, STACK_LABEL, type Target, type TargetGroup } from "@loopway/model";

/** pkg/targetgroupbinding/targets_manager.go, registerTargetsChunkSize: a call that AWS refuses registers none of its targets. */
const CHUNK = 200;
/** AWS: TooManyTargets. */
export const TOO_MANY_TARGETS = "TooManyTargets: You've reached the limit on the number of targets";

export interface Admission {
  /** In the order of what was wanted. */
  targets: Target[];
  /** Some were refused. */
  isFull: boolean;
}

/**
 * Those registered already stay, the others come in calls of 200 in the given order, until AWS refuses one. Leniently there are no quotas.
 * `room` is what the quotas leave.
 */
export function admitTargets(wanted: readonly Target[], registered: readonly Target[], room: number): Admission {
  const known = new Set(registered.map(keyOf));
  const kept = wanted.filter((target) => known.has(keyOf(target)));
  const news = wanted.filter((target) => !known.has(keyOf(target)));
  let admitted = 0;
  while (admitted < news.length && kept.length + Math.min(admitted + CHUNK, news.length) <= room)
    admitted = Math.min(admitted + CHUNK, news.length);
  const refused = new Set(news.slice(admitted).map(keyOf));
  return { targets: wanted.filter((target) => !refused.has(keyOf(target))), isFull: refused.size > 0 };
}

function keyOf({ id, port }: Target): string {
  return `${id}:${port}`;
}

/** How many targets the group may have, given those of the other groups of its load balancer. */
export function roomOf(targetGroup: TargetGroup, snapshot: Snapshot, { strict, quotas }: ControllerSettings): number {
  if (!strict) return Number.POSITIVE_INFINITY;
  const { targetsPerTargetGroup, targetsPerLoadBalancer } = { ...DEFAULT_QUOTAS, ...quotas };
  const stack = targetGroup.metadata.labels?.[STACK_LABEL];
  const { namespace, name } = targetGroup.metadata;
  const others =
    stack === undefined || namespace === undefined
      ? []
      : snapshot.list<TargetGroup>("TargetGroup", { namespace, labels: { matchLabels: { [STACK_LABEL]: stack } } });
  const taken = others.filter(({ metadata }) => metadata.name !== name).reduce((sum, { spec }) => sum + (spec.targets?.length ?? 0), 0);
  return Math.min(targetsPerTargetGroup, targetsPerLoadBalancer - taken);
}
