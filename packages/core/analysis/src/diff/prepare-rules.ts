/** The rules of two tables in one numbering: equal patterns, guards, conditions and answers have equal numbers in both. */
import type { RuleCondition } from "@loopway/model";
import { type Glob, parseGlob, plainValues, regexValues } from "@loopway/routing";
import { answerOf, type ComparedTable, conditionKey, DEFAULT, type TablePair } from "./compared-table.ts";
import type { Guard } from "./request-space.ts";

export interface PreparedRule {
  /** Index in its table, or DEFAULT. */
  rule: number;
  key: number;
  answer: string;
  /** Indices of host patterns, one of which must cover; undefined: any host. */
  hosts: readonly number[] | undefined;
  paths: readonly number[] | undefined;
  guards: readonly number[];
}

export interface PreparedPair {
  /** In order; the last one is the default action. */
  before: readonly PreparedRule[];
  after: readonly PreparedRule[];
  hostPatterns: readonly Glob[];
  pathPatterns: readonly Glob[];
  guards: readonly Guard[];
}

export function prepareRules({ before, after }: TablePair): PreparedPair {
  const hosts = numbering<string>();
  const paths = numbering<string>();
  const conditions = numbering<string>();
  const keys = numbering<string>();
  const guards: Guard[] = [];
  const prepareRule = (table: ComparedTable, rule: number): PreparedRule => {
    const answer = answerOf(table, rule);
    const prepared: PreparedRule = { rule, key: 0, answer, hosts: undefined, paths: undefined, guards: [] };
    const ids: number[] = [];
    const guardIds: number[] = [];
    for (const condition of table.rules[rule]?.conditions ?? []) {
      const id = conditions.numberOf(conditionKey(condition));
      ids.push(id);
      if (isGlobs(condition, "host-header")) prepared.hosts = plainValues(condition).map((value) => hosts.numberOf(value.toLowerCase()));
      else if (isGlobs(condition, "path-pattern")) prepared.paths = plainValues(condition).map(paths.numberOf);
      else {
        guards[id] = { id, condition };
        guardIds.push(id);
      }
    }
    prepared.guards = guardIds;
    prepared.key = keys.numberOf(`${ids.sort((a, b) => a - b).join()} ${answer}`);
    return prepared;
  };
  const prepareTable = (table: ComparedTable) => [...table.rules.keys(), DEFAULT].map((rule) => prepareRule(table, rule));
  return {
    before: prepareTable(before),
    after: prepareTable(after),
    hostPatterns: hosts.all().map((pattern) => parseGlob(pattern)),
    pathPatterns: paths.all().map((pattern) => parseGlob(pattern)),
    guards,
  };
}

function isGlobs(condition: RuleCondition, field: RuleCondition["field"]): boolean {
  return condition.field === field && regexValues(condition).length === 0;
}

interface Numbering<T> {
  numberOf(value: T): number;
  all(): T[];
}

/** In order of first appearance, from 0. */
function numbering<T>(): Numbering<T> {
  const numbers = new Map<T, number>();
  return {
    numberOf(value) {
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      return number;
    },
    all: () => [...numbers.keys()],
  };
}
