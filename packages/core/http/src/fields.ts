/** Field lines of RFC 9112 section 5, strict: CRLF only, no folding, no white space before the colon, no empty name. */
import { COLON, CR, fieldTable, LF, SPACE, TAB, tokenTable } from "./characters.ts";
import type { Headers, RefusalReason } from "./head.ts";

/** ALB: one header line, and all of them. A bound on their number is ours. */
const MAX_LINE = 16 * 1024;
const MAX_FIELDS = 1000;

/**
 * Lower case of a field name, remembered by its spelling: clients send the same few, and a map costs less than lowering.
 * Bounded, as a client could send any.
 */
const keysByName = new Map<string, string>();
const MAX_REMEMBERED = 2000;

function keyOf(name: string): string {
  const known = keysByName.get(name);
  if (known !== undefined) return known;
  if (keysByName.size === MAX_REMEMBERED || name.length > 64) return name.toLowerCase();
  // A slice would keep the whole head alive; joining copies.
  const copy = name.split("").join("");
  const key = intern(copy.toLowerCase());
  keysByName.set(copy, key);
  return key;
}

/** The engine keeps one copy of each property name: comparing two of them is comparing pointers. */
function intern(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}

/** Reads field lines from `start` up to and including the blank line, which must be there. Fills `headers`; a reason when refused. */
export function parseFields(text: string, start: number, headers: Headers): RefusalReason | undefined {
  const { names, keys, values } = headers;
  let at = start;
  while (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) {
    let i = at;
    while (tokenTable[text.charCodeAt(i)] === 1) i++;
    if (i === at || text.charCodeAt(i) !== COLON) return "BadHeader";
    const name = text.slice(at, i);
    i++;
    while (text.charCodeAt(i) === SPACE || text.charCodeAt(i) === TAB) i++;
    const valueStart = i;
    while (fieldTable[text.charCodeAt(i)] === 1) i++;
    if (text.charCodeAt(i) !== CR || text.charCodeAt(i + 1) !== LF) return "BadHeader";
    let valueEnd = i;
    while (valueEnd > valueStart && (text.charCodeAt(valueEnd - 1) === SPACE || text.charCodeAt(valueEnd - 1) === TAB)) valueEnd--;
    if (i - at > MAX_LINE || names.length === MAX_FIELDS) return "HeadTooLarge";
    names.push(name);
    keys.push(keyOf(name));
    values.push(text.slice(valueStart, valueEnd));
    at = i + 2;
  }
  return undefined;
}

/** Elements of a comma-separated list, trimmed, in lower case; empty ones left out. */
export function listElements(value: string): string[] {
  return value
    .toLowerCase()
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "");
}
