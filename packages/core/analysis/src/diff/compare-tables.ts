// Which requests two rule tables answer differently, as pairs of rules: one takes such a request before, the other after. Exact, and
// without products of everything: requests fall apart by host, then by path, and only where the rules that are left differ does the
// comparison go on.
//
//   hosts ─▶ atoms ─▶ lists of rules for that host ── the same? done
//                        └─▶ paths that a moved rule covers ─▶ atoms ─▶ shorter lists ── the same? done
//                                                                          └─▶ guards, decided one by one ─▶ pairs, each with a witness
//
// Invariant: a request that is answered differently falls into a reported pair or into something reported as unproven.
import type { RuleCondition } from "@loopway/model";
import {
  ANY_CHARACTERS,
  type CompileRegex,
  compileCondition,
  conditionHolds,
  type Glob,
  globMatches,
  ONE_CHARACTER,
  type RequestView,
} from "@loopway/routing";
import { orderTable, type TableDifference, type TablePair } from "./compared-table.ts";
import { type CompareLimits, type Comparison, type HostAndPath, NEUTRAL, type RuleLists } from "./comparison.ts";
import { findMovedRules } from "./moved-rules.ts";
import { type PreparedRule, prepareRules } from "./prepare-rules.ts";
import { type Choice, freeChoice, onlyMethod, pickRequest } from "./request-choice.ts";
import { buildSpace, type Guard } from "./request-space.ts";
import { searchGuards } from "./search-guards.ts";
import { lawfulTakers, tableTakers } from "./takers.ts";
import { findTextAtoms } from "./text-atoms.ts";
import { hostDomain, pathDomain } from "./text-domain.ts";
import { giveUp, tryDoubtful } from "./try-requests.ts";

export interface CompareOptions {
  /** Of loadRegexEngine; without it rules with regexValues are left out. */
  compileRegex?: CompileRegex;
  limits?: CompareLimits;
  /** Only this host, in lower case. */
  onlyHost?: string;
  /** These hosts are passed over; other hosts that the same rules take are not. */
  exceptHosts?: ReadonlySet<string>;
}

/** About a second altogether on a machine of 2024. */
const defaultLimits: CompareLimits = { maxSteps: 20_000_000, maxDecisions: 50_000, maxSamples: 500 };

/** Requests near which a doubtful pair is tried. */
const MAX_NEAR = 4;

export function compareTables(given: TablePair, options: CompareOptions = {}): TableDifference {
  const { compileRegex, limits = defaultLimits } = options;
  const tables = { before: orderTable(given.before, compileRegex), after: orderTable(given.after, compileRegex) };
  const takers = tableTakers(tables, compileRegex);
  const comparison: Comparison = {
    tables,
    prepared: prepareRules(tables),
    limits,
    compileRegex,
    takers,
    changes: new Map(),
    doubtful: new Map(),
    unproven: [],
    known: new Set(),
  };
  compareHosts(comparison, options);
  tryDoubtful(comparison);
  const { changes, unproven } = comparison;
  return { changes: [...changes.values()], unproven, takers, takersByLaw: lawfulTakers(tables, takers) };
}

function compareHosts(comparison: Comparison, { onlyHost, exceptHosts }: CompareOptions): void {
  const { prepared, limits } = comparison;
  const { before, after, hostPatterns } = prepared;
  if (isSame(before, after)) return;
  const atoms =
    onlyHost === undefined
      ? findTextAtoms(hostPatterns, { domain: hostDomain, maxSteps: limits.maxSteps })
      : [{ text: onlyHost, accepted: [...hostPatterns.keys()].filter((at) => globMatches(hostPatterns[at] ?? [], onlyHost, 0)) }];
  if (atoms === undefined) {
    giveUp(comparison, { host: "", path: "/" }, { before, after });
    return;
  }
  const [old, young] = [coverings(before, "hosts"), coverings(after, "hosts")];
  for (const { accepted, text } of atoms) {
    const isAlone = onlyHost !== undefined || hasLiteral(hostPatterns, accepted);
    if (isAlone && exceptHosts?.has(text) === true) continue;
    const lists = { before: old(accepted), after: young(accepted) };
    comparePaths(comparison, text, isAlone ? settleGuards(comparison, "host-header", { host: text }, lists) : lists);
  }
}

function comparePaths(comparison: Comparison, host: string, lists: RuleLists): void {
  if (isKnown(comparison, "host", lists)) return;
  const { pathPatterns } = comparison.prepared;
  const moved = findMovedRules(lists.before.map(keyOf), lists.after.map(keyOf));
  const movedRules = [...lists.before.filter((_, at) => moved.before.has(at)), ...lists.after.filter((_, at) => moved.after.has(at))];
  // Only the patterns of this host, numbered anew.
  const used = [...new Set([...lists.before, ...lists.after].flatMap(({ paths }) => paths ?? []))];
  const numbers = new Map(used.map((pattern, at) => [pattern, at]));
  const isEverywhere = movedRules.some(({ paths }) => paths === undefined);
  const wanted = isEverywhere
    ? {}
    : { wanted: new Set(movedRules.flatMap(({ paths = [] }) => paths.map((path) => numbers.get(path) ?? 0))) };
  const { maxSteps } = comparison.limits;
  const atoms = findTextAtoms(
    used.map((pattern) => pathPatterns[pattern] ?? []),
    { domain: pathDomain, maxSteps, ...wanted },
  );
  if (atoms === undefined) {
    giveUp(comparison, { host, path: "/" }, lists, movedRules);
    return;
  }
  const [old, young] = [coverings(lists.before, "paths"), coverings(lists.after, "paths")];
  for (const { accepted, text } of atoms) {
    const patterns = accepted.map((at) => used[at] as number);
    const found = { before: old(patterns), after: young(patterns) };
    const settled = hasLiteral(pathPatterns, patterns) ? settleGuards(comparison, "path-pattern", { path: text }, found) : found;
    compareGuards(comparison, { host, path: text }, { before: reachable(settled.before), after: reachable(settled.after) });
  }
}

/** Whether one text alone meets all of these patterns. */
function hasLiteral(patterns: readonly Glob[], accepted: readonly number[]): boolean {
  return accepted.some((at) => patterns[at]?.every((code) => code !== ANY_CHARACTERS && code !== ONE_CHARACTER));
}

/** Where only one host (or path) is left, the regular expressions on it are decided. */
function settleGuards(
  comparison: Comparison,
  field: RuleCondition["field"],
  text: Partial<RequestView>,
  { before, after }: RuleLists,
): RuleLists {
  const { guards } = comparison.prepared;
  const request = { ...NEUTRAL, ...text };
  const settle = (rules: readonly PreparedRule[]) =>
    rules.flatMap((rule): PreparedRule[] => {
      const own = rule.guards.filter((id) => guards[id]?.condition.field === field);
      if (own.length === 0) return [rule];
      const holds = own.every((id) => conditionHolds(compileCondition((guards[id] as Guard).condition, comparison.compileRegex), request));
      return holds ? [{ ...rule, guards: rule.guards.filter((id) => !own.includes(id)) }] : [];
    });
  return { before: settle(before), after: settle(after) };
}

function compareGuards(comparison: Comparison, place: HostAndPath, lists: RuleLists): void {
  if (isKnown(comparison, place.path === "*" ? "*" : "path", lists)) return;
  const { prepared, limits } = comparison;
  const ids = [...new Set([...lists.before, ...lists.after].flatMap(({ guards }) => guards))];
  const space = buildSpace(
    ids.map((id) => prepared.guards[id] as Guard),
    limits.maxSteps,
  );
  const free = freeChoice(space);
  // RFC 9112 section 3.2.4: no other method has this target.
  const start = place.path === "*" ? onlyMethod(space, free, "OPTIONS") : free;
  const requestOf = (choice: Choice) => {
    const chosen = pickRequest(space, choice);
    return { ...place, ...chosen, ...(place.path === "*" && { method: "OPTIONS" }) };
  };
  const isWhole = searchGuards(
    {
      space,
      ...lists,
      maxDecisions: limits.maxDecisions,
      found: ({ choice, isCertain, ...pair }) => addPair(comparison, pair, { request: requestOf(choice), isCertain }),
    },
    start,
  );
  if (!isWhole) giveUp(comparison, place, lists);
}

function addPair(
  { changes, doubtful, takers, tables }: Comparison,
  pair: { before: number; after: number },
  { request, isCertain }: { request: RequestView; isCertain: boolean },
): void {
  const key = `${pair.before} ${pair.after}`;
  if (changes.has(key)) return;
  const found = takers(request);
  if (found.before === pair.before && found.after === pair.after) {
    changes.set(key, { ...pair, witness: request });
    return;
  }
  if (isCertain) throw new Error(`a request that was chosen for rules ${key} of ${tables.before.rules.length} is taken by others`);
  const near = doubtful.get(key)?.near ?? [];
  if (near.length < MAX_NEAR) doubtful.set(key, { ...pair, near: [...near, request] });
}

const keyOf = ({ key }: PreparedRule) => key;

function isSame(before: readonly PreparedRule[], after: readonly PreparedRule[]): boolean {
  return before.length === after.length && before.every(({ key }, at) => key === after[at]?.key);
}

/** Whether nothing new can come of these lists: they are alike, or were compared. Notes them. */
function isKnown({ known }: Comparison, what: string, { before, after }: RuleLists): boolean {
  if (isSame(before, after)) return true;
  const format = ({ rule, guards }: PreparedRule) => `${rule}:${guards.join("+")}`;
  const key = `${what} ${before.map(format).join()} ${after.map(format).join()}`;
  if (known.has(key)) return true;
  known.add(key);
  return false;
}

/** The rules, in order, of which one of these patterns is, or that take any text. */
function coverings(rules: readonly PreparedRule[], part: "hosts" | "paths"): (patterns: readonly number[]) => PreparedRule[] {
  const anywhere: number[] = [];
  const byPattern = new Map<number, number[]>();
  for (const [at, rule] of rules.entries()) {
    const patterns = rule[part];
    if (patterns === undefined) anywhere.push(at);
    for (const pattern of patterns ?? []) {
      const list = byPattern.get(pattern);
      if (list === undefined) byPattern.set(pattern, [at]);
      else list.push(at);
    }
  }
  return (patterns) => {
    const places = new Set([...anywhere, ...patterns.flatMap((pattern) => byPattern.get(pattern) ?? [])]);
    return [...places].sort((a, b) => a - b).map((at) => rules[at] as PreparedRule);
  };
}

/** What comes after a rule without guards takes nothing. */
function reachable(rules: readonly PreparedRule[]): PreparedRule[] {
  return rules.slice(0, rules.findIndex(({ guards }) => guards.length === 0) + 1);
}
