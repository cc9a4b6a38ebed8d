/** A replay's report as it is shown and as `--json` prints it (packages/core/analysis/replay.schema.json): rules by priority and place. */
import { type Example, type Expectation, formatAnswer, type Mismatch, type Move, type ReplayReport } from "@loopway/analysis";
import { formatOrigin, type Origin } from "@loopway/model";

export interface RuleDescription {
  listenerPort: number;
  priority: number | "default";
  /** In one line. */
  answer: string;
  /** "Ingress default/web /spec/rules/0/http/paths/1" */
  origin?: string;
  /** "file:line" */
  source?: string;
}

interface Described {
  count: number;
  /** Of the lines that it is a part of. */
  share: number;
  example: Example;
}

export interface ReplayDescription {
  lines: number;
  loadBalancers: ReplayReport["loadBalancers"];
  malformed: { count: number; reasons: (Described & { reason: string })[] };
  foreign: number;
  notAboutRules: { count: number; statuses: (Described & { status: number })[] };
  undecidable: UndecidableDescription;
  decidable: number;
  predicted: number;
  mismatches: (Described & {
    difference: Mismatch["difference"];
    rule?: RuleDescription;
    listenerPort: number;
    logged: Mismatch["logged"];
  })[];
  restOfMismatches: number;
  moves?: {
    requests: number;
    moved: number;
    classes: (Described & { from: string; to: string; oldRule?: RuleDescription; newRule?: RuleDescription })[];
    restOfClasses: number;
    undecidable: UndecidableDescription;
  };
}

interface UndecidableDescription {
  count: number;
  rules: (Described & { rule: RuleDescription; header: string })[];
}

type LineOf = (origin: Origin | undefined) => string | undefined;

export interface Lines {
  lineOf: LineOf;
  /** Of the manifests that are to come. */
  newLineOf: LineOf;
}

export function describeReplay(report: ReplayReport, { lineOf, newLineOf }: Lines): ReplayDescription {
  const { lines, loadBalancers, foreign, decidable, predicted, mismatches, restOfMismatches, moves } = report;
  return {
    lines,
    loadBalancers,
    malformed: { count: report.malformed, reasons: shared(report.malformedReasons, lines) },
    foreign,
    notAboutRules: { count: report.notAboutRules, statuses: shared(report.notAboutRulesByStatus, lines) },
    undecidable: { count: report.undecidable, rules: undecidableRules(report.undecidableRules, lines, lineOf) },
    decidable,
    predicted,
    mismatches: mismatches.map(({ expectation, difference, listenerPort, logged, ...counted }) => ({
      difference,
      ...(expectation !== undefined && { rule: describeRule(expectation, lineOf) }),
      listenerPort,
      logged,
      ...withShare(counted, decidable),
    })),
    restOfMismatches,
    ...(moves !== undefined && {
      moves: {
        requests: moves.requests,
        moved: moves.moved,
        classes: moves.classes.map(({ from, to, oldRule, newRule, ...counted }) => ({
          from: describeAnswer(from),
          to: describeAnswer(to),
          ...(oldRule !== undefined && { oldRule: describeRule(oldRule, lineOf) }),
          ...(newRule !== undefined && { newRule: describeRule(newRule, newLineOf) }),
          ...withShare(counted, moves.requests),
        })),
        restOfClasses: moves.rest,
        undecidable: {
          count: moves.undecidable,
          rules: undecidableRules(moves.undecidableRules, moves.requests, (origin) => newLineOf(origin) ?? lineOf(origin)),
        },
      },
    }),
  };
}

function undecidableRules(
  rules: readonly { expectation: Expectation; count: number; example: Example }[],
  total: number,
  lineOf: LineOf,
): UndecidableDescription["rules"] {
  return rules.map(({ expectation, ...counted }) => ({
    rule: describeRule(expectation, lineOf),
    header: expectation.unseen?.httpHeaderConfig?.httpHeaderName ?? "",
    ...withShare(counted, total),
  }));
}

function describeRule({ listenerPort, rule, answer }: Expectation, lineOf: LineOf): RuleDescription {
  const { priority, origin } = rule.decision;
  const source = lineOf(origin);
  return {
    listenerPort,
    priority,
    answer: formatAnswer(answer),
    ...(origin !== undefined && { origin: formatOrigin(origin) }),
    ...(source !== undefined && { source }),
  };
}

function describeAnswer(answer: Move["from"]): string {
  return answer === undefined ? "no listener" : formatAnswer(answer);
}

function shared<T extends { count: number }>(counted: readonly T[], total: number): (T & { share: number })[] {
  return counted.map((one) => withShare(one, total));
}

function withShare<T extends { count: number }>(counted: T, total: number): T & { share: number } {
  return { ...counted, share: total === 0 ? 0 : counted.count / total };
}
