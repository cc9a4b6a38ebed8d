import type { ClassCounter, Counted } from "./class-counter.ts";
import type { Difference } from "./compare.ts";
import { type GroupLink, serviceByName } from "./group-links.ts";
import type { MoveReport, Moves } from "./moves.ts";
import type { Likeness } from "./name-load-balancer.ts";
import type { ReplayedLoadBalancer } from "./replay.ts";
import type { Expectation } from "./visible-rules.ts";

/** Lines that no log decides: a rule looks at a header that the log does not have. */
export interface Undecidable {
  expectation: Expectation;
}

/** Lines of one kind that AWS served otherwise than the manifests say. */
export interface Mismatch {
  /** "listener": nothing listens on that port; "group": the rule is the same, the Service is not. */
  difference: Difference | "listener" | "group";
  /** What the manifests say; undefined without a listener. */
  expectation: Expectation | undefined;
  listenerPort: number;
  logged: {
    rulePriority: number;
    actions: string;
    status: number;
    targetGroupArn?: string;
    /** "namespace/service:port" behind the target group; the group's name where no line tells. */
    service?: string;
    redirectUrl?: string;
  };
}

interface LoadBalancerReport {
  logged: string;
  lines: number;
  /** Name in the manifests, and how it was found; absent where the lines are of a load balancer that these manifests do not make. */
  name?: string;
  likeness?: Likeness;
}

export interface ReplayReport {
  lines: number;
  malformed: number;
  malformedReasons: Counted<{ reason: string }>[];
  loadBalancers: LoadBalancerReport[];
  /** Lines of load balancers that the manifests do not make. */
  foreign: number;
  /** Refused or failed before rules were tried: no manifest decides them. */
  notAboutRules: number;
  notAboutRulesByStatus: Counted<{ status: number }>[];
  undecidable: number;
  undecidableRules: Counted<Undecidable>[];
  /** Lines about which manifests and log can be compared, and those of them that agree. */
  decidable: number;
  predicted: number;
  mismatches: Counted<Mismatch>[];
  /** Lines that differ in ways that came too late to be listed. */
  restOfMismatches: number;
  moves?: MoveReport;
}

interface Counts {
  lines: number;
  agreeing: number;
  malformed: ClassCounter<{ reason: string }>;
  notAboutRules: ClassCounter<{ status: number }>;
  undecidable: ClassCounter<Undecidable>;
  mismatches: ClassCounter<Mismatch>;
  loadBalancers: readonly ReplayedLoadBalancer[];
  moves: Moves | undefined;
}

export function buildReport(counts: Counts): ReplayReport {
  const { malformed, notAboutRules, undecidable, mismatches, loadBalancers, moves } = counts;
  const services = new Map<string, string>();
  const serviceByGroup = new Map<string, string>();
  const conflicts: GroupLink[] = [];
  let unlinked = 0;
  for (const { found, links } of loadBalancers) {
    if (found === undefined) continue;
    for (const [group, service] of found.predictor.routes.serviceByGroup) serviceByGroup.set(group, service);
    const own = links.services(found.predictor.routes.serviceByGroup);
    for (const [arn, service] of own) services.set(arn, service);
    conflicts.push(...links.conflicts(own));
    unlinked += links.rest;
  }
  const conflicting = conflicts.reduce((sum, { count }) => sum + count, 0);
  const all = [...mismatches.sorted(), ...conflicts.map(mismatchOf)].sort((a, b) => b.count - a.count);
  return {
    lines: counts.lines,
    malformed: malformed.total,
    malformedReasons: malformed.sorted(),
    loadBalancers: loadBalancers.map(describe),
    foreign: loadBalancers.reduce((sum, { found, lines }) => sum + (found === undefined ? lines : 0), 0),
    notAboutRules: notAboutRules.total,
    notAboutRulesByStatus: notAboutRules.sorted(),
    undecidable: undecidable.total,
    undecidableRules: undecidable.sorted(),
    decidable: counts.agreeing + mismatches.total,
    predicted: counts.agreeing - conflicting - unlinked,
    mismatches: all.map((mismatch) => withService(mismatch, (arn) => services.get(arn) ?? serviceByName(arn, serviceByGroup))),
    restOfMismatches: mismatches.rest + unlinked,
    ...(moves !== undefined && { moves: moves.report() }),
  };
}

function describe({ logged, lines, found }: ReplayedLoadBalancer): LoadBalancerReport {
  if (found === undefined) return { logged, lines };
  const { predictor, likeness } = found;
  return { logged, lines, name: predictor.routes.table.resourceId.split("/")[1] ?? "", likeness };
}

function mismatchOf({ expectation, arn, count, example }: GroupLink): Counted<Mismatch> {
  const { listenerPort, rule } = expectation;
  const logged = { rulePriority: rule.priority, actions: "forward", status: 0, targetGroupArn: arn };
  return { difference: "group", expectation, listenerPort, logged, count, example };
}

function withService(mismatch: Counted<Mismatch>, serviceOf: (arn: string) => string): Counted<Mismatch> {
  const { targetGroupArn } = mismatch.logged;
  return targetGroupArn === undefined ? mismatch : { ...mismatch, logged: { ...mismatch.logged, service: serviceOf(targetGroupArn) } };
}
