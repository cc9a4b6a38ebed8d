import type { Problem } from "@loopway/model";
import { checkZone } from "./check-zone.ts";
import { looksLikeSeconds, parseSeconds } from "./duration.ts";
import { type Flaw, flaw, isFlaw } from "./flaw.ts";
import { parseName } from "./name.ts";
import { parseData } from "./parse-data.ts";
import { type Field, isKnownType, isSupportedType, supportedTypes } from "./record-types.ts";
import { type Entry, type Token, tokenize } from "./tokenize.ts";

/** One record of a master file. */
export interface ZoneRecord {
  name: string;
  type: string;
  ttl: number;
  data: readonly Field[];
  line: number;
}

/** What a master file says of its zone. */
export interface ZoneFile {
  path: string;
  /** Owner of the SOA record; undefined where there is none, which is a problem. */
  name: string | undefined;
  /** In the order of the file, without duplicates; what had a problem is left out. */
  records: readonly ZoneRecord[];
}

export interface ParsedZone {
  zone: ZoneFile;
  /** Errors forbid the import; warnings say what was read otherwise than written. `source` is file:line. */
  problems: readonly Problem[];
}

/** 4 MiB: some 100,000 records. */
const MAX_FILE_CHARACTERS = 4 * 1024 * 1024;
/** Route 53's quota for records in a hosted zone ("Quotas on records"). */
const MAX_RECORDS = 10_000;
/** A file that is no master file at all would give one per line. */
const MAX_PROBLEMS = 100;
const otherClasses = new Set(["CH", "CS", "HS", "ANY", "NONE"]);

interface Reading {
  origin: string | undefined;
  /** $TTL, which rules from where it stands (RFC 2308 §4). */
  defaultTtl: number | undefined;
  /** The last stated TTL, else the SOA's MINIMUM: what counted before $TTL (RFC 1035 §5.1, §3.3.13). */
  previousTtl: number | undefined;
  previousOwner: string | undefined;
}

/**
 * Reads a master file (RFC 1035 §5, RFC 2308 §4, BIND's time units). Without $ORIGIN, names are relative to what the file is called:
 * `example.com.` for `…/example.com.zone`. Never throws.
 */
export function parseZone(text: string, path: string): ParsedZone {
  const flaws: { line: number; reason: string }[] = [];
  const records: ZoneRecord[] = [];
  const toProblem = ({ line, reason }: { line: number; reason: string }) => problemAt(path, line, reason);
  if (text.length > MAX_FILE_CHARACTERS) {
    const reason = `the file is longer than ${MAX_FILE_CHARACTERS / 1024 / 1024} MiB`;
    return { zone: { path, name: undefined, records }, problems: [problemAt(path, 1, reason)] };
  }
  const tokens = tokenize(text);
  flaws.push(...tokens.flaws);
  const reading: Reading = { origin: originOf(path), defaultTtl: undefined, previousTtl: undefined, previousOwner: undefined };
  for (const entry of tokens.entries) {
    const record = readEntry(entry, reading);
    if (isFlaw(record)) flaws.push({ line: entry.line, reason: record.reason });
    else if (record !== undefined) records.push(record);
    if (flaws.length >= MAX_PROBLEMS) break;
    if (records.length > MAX_RECORDS) {
      flaws.push({ line: entry.line, reason: `more than ${MAX_RECORDS} records, Route 53's quota for one hosted zone` });
      break;
    }
  }
  const checked = checkZone(records);
  const problems = [
    ...flaws.map(toProblem),
    ...checked.flaws.map(toProblem),
    ...checked.warnings.map((warning) => ({ ...toProblem(warning), severity: "warning" as const })),
  ];
  return { zone: { path, name: checked.apex, records: checked.records }, problems };
}

function problemAt(path: string, line: number, reason: string): Problem {
  return { code: "E_ZONE_FILE", message: reason, severity: "error", source: `${path}:${line}` };
}

function originOf(path: string): string | undefined {
  const [, stem] = /([^/\\]+)\.zone$/.exec(path) ?? [];
  const name = stem === undefined ? undefined : parseName(stem, { radix: 10, origin: "." });
  return isFlaw(name) ? undefined : name;
}

/** A record, nothing (a directive), or what is wrong. */
function readEntry(entry: Entry, reading: Reading): ZoneRecord | Flaw | undefined {
  const [first, ...rest] = entry.tokens;
  if (first === undefined) return undefined;
  if (!first.quoted && first.text.startsWith("$")) return readDirective(first.text.toUpperCase(), rest, reading);
  if (entry.startsBlank) {
    if (reading.previousOwner === undefined) return flaw("the first record has no owner");
    return readRecord({ owner: reading.previousOwner, tokens: entry.tokens, line: entry.line }, reading);
  }
  const owner = readName(first, reading);
  if (isFlaw(owner)) return owner;
  reading.previousOwner = owner;
  return readRecord({ owner, tokens: rest, line: entry.line }, reading);
}

function readName(token: Token, { origin }: Reading): string | Flaw {
  if (token.text === "@" && !token.quoted) return origin ?? flaw("@ stands for the origin, and no $ORIGIN was given");
  return parseName(token.text, origin === undefined ? { radix: 10 } : { radix: 10, origin });
}

function readDirective(directive: string, tokens: readonly Token[], reading: Reading): Flaw | undefined {
  const [argument] = tokens;
  if (directive === "$INCLUDE" || directive === "$GENERATE") return flaw(`${directive} is not supported; write the records out`);
  if (directive !== "$ORIGIN" && directive !== "$TTL") return flaw(`${directive} is no directive; there are $ORIGIN and $TTL`);
  if (argument === undefined || tokens.length !== 1) return flaw(`${directive} takes one value`);
  if (directive === "$ORIGIN") {
    const origin = readName(argument, reading);
    if (isFlaw(origin)) return origin;
    reading.origin = origin;
    return undefined;
  }
  const ttl = parseSeconds(argument.text);
  if (isFlaw(ttl)) return ttl;
  reading.defaultTtl = ttl;
  return undefined;
}

/** [TTL] [class] type data, TTL and class in either order. */
function readRecord(
  { owner, tokens, line }: { owner: string; tokens: readonly Token[]; line: number },
  reading: Reading,
): ZoneRecord | Flaw {
  let at = 0;
  let statedTtl: number | undefined;
  for (; at < 2; at++) {
    const word = tokens[at]?.text ?? "";
    if (otherClasses.has(word.toUpperCase())) return flaw(`class ${word} is not served, only IN`);
    if (looksLikeSeconds(word) && statedTtl === undefined) {
      const ttl = parseSeconds(word);
      if (isFlaw(ttl)) return ttl;
      statedTtl = ttl;
    } else if (word.toUpperCase() !== "IN") break;
  }
  const type = tokens[at]?.text.toUpperCase();
  if (type === undefined) return flaw("the record has no type");
  if (!isSupportedType(type)) {
    const words = supportedTypes.join(", ");
    return flaw(isKnownType(type) ? `records of type ${type} are not served; these are: ${words}` : `"${type}" is no record type`);
  }
  const options = reading.origin === undefined ? { radix: 10 as const } : { radix: 10 as const, origin: reading.origin };
  const data = parseData(type, tokens.slice(at + 1), options);
  if (isFlaw(data)) return data;
  if (type === "SOA") reading.previousTtl ??= Number(data.at(-1));
  const ttl = statedTtl ?? reading.defaultTtl ?? reading.previousTtl;
  if (ttl === undefined) return flaw("the record has no TTL, and neither $TTL nor a record before gives one");
  if (statedTtl !== undefined) reading.previousTtl = statedTtl;
  return { name: owner, type, ttl, data, line };
}
