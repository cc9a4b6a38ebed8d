/** Routing tests against manifests: results of the cases, and the rules that none of them reached. */
import type { CompiledRule } from "@loopway/routing";
import { type Routes, routesOf } from "../routes.ts";
import type { Settled } from "../settled.ts";
import { nameOf } from "./answer-request.ts";
import type { CheckCase } from "./check-case.ts";
import { type JudgedCase, judgeCase } from "./judge-case.ts";

export interface CheckResult extends JudgedCase {
  case: CheckCase;
}

/** One rule of one listener, default actions not counted. */
export interface RuleOfListener {
  loadBalancer: string;
  listenerPort: number;
  rule: CompiledRule;
}

export interface CheckReport {
  results: CheckResult[];
  passed: number;
  failed: number;
  rules: number;
  /** In order of load balancer, port and priority. */
  uncovered: RuleOfListener[];
}

export function runChecks(settled: Settled, cases: readonly CheckCase[]): CheckReport {
  const routes = routesOf(settled);
  const results = cases.map((one) => ({ case: one, ...judgeCase({ settled, routes }, one) }));
  const reached = new Set(results.flatMap(({ answered }) => ("rule" in answered ? [answered.rule] : [])));
  const rules = rulesOf(routes);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return {
    results,
    passed: results.length - failed,
    failed,
    rules: rules.length,
    uncovered: rules.filter(({ rule }) => !reached.has(rule)),
  };
}

function rulesOf(routes: readonly Routes[]): RuleOfListener[] {
  return routes.flatMap((one) =>
    one.table.listeners.flatMap(({ listenerPort, rules }) =>
      rules.rules.map((rule) => ({ loadBalancer: nameOf(one), listenerPort, rule })),
    ),
  );
}
