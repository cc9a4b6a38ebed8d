/** A report of routing tests as it is shown and as `--json` prints it (packages/core/analysis/check.schema.json). */
import { type CheckFailure, type CheckReport, type CheckResult, describeRegion, formatAnswer, formatRegion } from "@loopway/analysis";
import { formatOrigin, type Origin } from "@loopway/model";

export interface CheckedRule {
  loadBalancer: string;
  listenerPort: number;
  priority: number | "default";
  /** In one line. */
  conditions: string;
  /** "Ingress default/web /spec/rules/0/http/paths/1" */
  origin?: string;
  /** "file:line" */
  source?: string;
}

export interface CheckedCase {
  name: string;
  /** "file:line" */
  source: string;
  passed: boolean;
  failures: CheckFailure[];
  /** What a test of Envoy asks that has no meaning here. */
  unsupported: readonly string[];
  /** What became of the request. */
  answer?: string;
  rule?: Omit<CheckedRule, "listenerPort" | "conditions">;
}

export interface ChecksDescription {
  cases: CheckedCase[];
  passed: number;
  failed: number;
  rules: number;
  covered: number;
  uncovered: CheckedRule[];
}

type LineOf = (origin: Origin | undefined) => string | undefined;

export function describeChecks(report: CheckReport, lineOf: LineOf): ChecksDescription {
  const { results, passed, failed, rules, uncovered } = report;
  return {
    cases: results.map((result) => describeCase(result, lineOf)),
    passed,
    failed,
    rules,
    covered: rules - uncovered.length,
    uncovered: uncovered.map(({ loadBalancer, listenerPort, rule }) => ({
      loadBalancer,
      listenerPort,
      priority: rule.priority,
      conditions: formatRegion(describeRegion(rule.conditions, rule.conditions)),
      ...placeOf(rule.decision.origin, lineOf),
    })),
  };
}

function describeCase({ case: one, answered, failures }: CheckResult, lineOf: LineOf): CheckedCase {
  const { name, source, unsupported } = one;
  const outcome =
    "reason" in answered
      ? {}
      : {
          answer: formatAnswer(answered.answer),
          rule: {
            loadBalancer: answered.loadBalancer,
            priority: answered.rule.decision.priority,
            ...placeOf(answered.rule.decision.origin, lineOf),
          },
        };
  return { name, source, passed: failures.length === 0, failures, unsupported, ...outcome };
}

function placeOf(origin: Origin | undefined, lineOf: LineOf): { origin?: string; source?: string } {
  const source = lineOf(origin);
  return { ...(origin !== undefined && { origin: formatOrigin(origin) }), ...(source !== undefined && { source }) };
}
