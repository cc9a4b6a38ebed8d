// What a request may be apart from host and path, cut into atoms by the conditions that are asked for. Of a method or a source address
// a request has exactly one; of a header or a query parameter it may have any number, and one that fits is enough.

import { tokenTable } from "@loopway/http";
import type { RuleCondition } from "@loopway/model";
import { type Glob, parseGlob, plainValues, regexValues } from "@loopway/routing";
import { findSourceAtoms } from "./source-atoms.ts";
import { findTextAtoms } from "./text-atoms.ts";
import { headerDomain, parameterDomain, SEPARATOR, type TextDomain } from "./text-domain.ts";

/** A condition besides host and path globs. Equal conditions share one. */
export interface Guard {
  id: number;
  condition: RuleCondition;
}

interface Dimension {
  kind: "method" | "source" | "header" | "query";
  /** Of the header, in lower case. */
  name: string;
  /** A request has exactly one of the atoms. */
  isSingle: boolean;
  /** What stands for each atom in a request. */
  texts: readonly string[];
}

/** The atoms that meet a guard, one bit each. */
export interface GuardPlace {
  dimension: number;
  mask: bigint;
}

export interface RequestSpace {
  dimensions: readonly Dimension[];
  /** By the guard's id; none for a guard whose condition can only be tried: true or false, whatever the rest. */
  places: ReadonlyMap<number, GuardPlace>;
}

/** ALB answers TRACE itself (405) before it looks at a rule. */
const NEVER_ROUTED = "TRACE";
const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PURGE", "X-OTHER"];

export function buildSpace(guards: readonly Guard[], maxSteps: number): RequestSpace {
  const groups = new Map<string, Guard[]>();
  for (const guard of guards) {
    const name = dimensionOf(guard.condition);
    if (name === undefined) continue;
    groups.set(name, [...(groups.get(name) ?? []), guard]);
  }
  const dimensions: Dimension[] = [];
  const places = new Map<number, GuardPlace>();
  for (const members of groups.values()) {
    const cut = cutDimension(members, maxSteps);
    if (cut === undefined) continue;
    for (const [at, { id }] of members.entries()) places.set(id, { dimension: dimensions.length, mask: cut.masks[at] ?? 0n });
    dimensions.push(cut.dimension);
  }
  return { dimensions, places };
}

function dimensionOf(condition: RuleCondition): string | undefined {
  if (regexValues(condition).length > 0) return undefined;
  const { field, httpHeaderConfig } = condition;
  return field === "http-header" ? `${field} ${httpHeaderConfig?.httpHeaderName.toLowerCase()}` : field;
}

interface Cut {
  dimension: Dimension;
  /** Of each guard. */
  masks: readonly bigint[];
}

function cutDimension(guards: readonly Guard[], maxSteps: number): Cut | undefined {
  const conditions = guards.map(({ condition }) => condition);
  switch (conditions[0]?.field) {
    case "http-request-method":
      return cutMethods(conditions);
    case "source-ip":
      return cutSources(conditions);
    case "http-header": {
      const name = conditions[0].httpHeaderConfig?.httpHeaderName.toLowerCase() ?? "";
      const globs = conditions.map((condition) => plainValues(condition).map((value) => parseGlob(value.toLowerCase())));
      return cutTexts(globs, { kind: "header", name, domain: headerDomain, maxSteps });
    }
    case "query-string":
      return cutTexts(conditions.map(parameterGlobs), { kind: "query", name: "", domain: parameterDomain, maxSteps });
    default:
      return undefined;
  }
}

function cutMethods(conditions: readonly RuleCondition[]): Cut {
  const named = conditions.flatMap(plainValues).filter((method) => method !== NEVER_ROUTED && isToken(method));
  const other = METHODS.find((method) => !named.includes(method)) ?? `X${named.join("")}`;
  const texts = [
    ...new Set([...METHODS.filter((method) => named.includes(method) || method === "OPTIONS" || method === other), ...named, other]),
  ];
  const masks = conditions.map((condition) => maskOf(texts, (method) => plainValues(condition).includes(method)));
  return { dimension: { kind: "method", name: "", isSingle: true, texts }, masks };
}

function isToken(text: string): boolean {
  return text !== "" && [...text].every((character) => tokenTable[character.charCodeAt(0)] === 1);
}

function cutSources(conditions: readonly RuleCondition[]): Cut {
  const blocks = [...new Set(conditions.flatMap(plainValues))];
  const atoms = findSourceAtoms(blocks);
  const masks = conditions.map((condition) => {
    const own = new Set(plainValues(condition).map((value) => blocks.indexOf(value)));
    return maskOf(atoms, ({ accepted }) => accepted.some((block) => own.has(block)));
  });
  return { dimension: { kind: "source", name: "", isSingle: true, texts: atoms.map(({ address }) => address) }, masks };
}

interface TextCut extends Pick<Dimension, "kind" | "name"> {
  domain: TextDomain;
  maxSteps: number;
}

function cutTexts(globs: readonly (readonly Glob[])[], { kind, name, domain, maxSteps }: TextCut): Cut | undefined {
  const indices = new Map<string, number>();
  const patterns: Glob[] = [];
  const owned = globs.map((list) =>
    list.map((glob) => {
      const key = glob.join();
      const index = indices.get(key) ?? patterns.push(glob) - 1;
      indices.set(key, index);
      return index;
    }),
  );
  const atoms = findTextAtoms(patterns, { domain, maxSteps });
  if (atoms === undefined) return undefined;
  const masks = owned.map((own) => maskOf(atoms, ({ accepted }) => accepted.some((pattern) => own.includes(pattern))));
  return { dimension: { kind, name, isSingle: false, texts: atoms.map(({ text }) => text) }, masks };
}

/** Key and value in one glob, whose separator no wildcard takes. */
function parameterGlobs({ queryStringConfig }: RuleCondition): Glob[] {
  return (queryStringConfig?.values ?? []).map(({ key = "*", value }) => [
    ...parseGlob(key.toLowerCase(), true),
    SEPARATOR,
    ...parseGlob(value.toLowerCase(), true),
  ]);
}

function maskOf<T>(atoms: readonly T[], meets: (atom: T) => boolean): bigint {
  return atoms.reduce((mask, atom, index) => (meets(atom) ? mask | (1n << BigInt(index)) : mask), 0n);
}
