/**
 * AWS patterns: `*` stands for any characters or none, across dots and slashes; `?` for exactly one.
 * A pattern is a list of UTF-16 codes in which the two wildcards have codes that no character has.
 */
export type Glob = readonly number[];

export const ANY_CHARACTERS = -1;
export const ONE_CHARACTER = -2;
const ASTERISK = 42;
const QUESTION_MARK = 63;
const BACKSLASH = 92;

/** @param escapes `\*` and `\?` are the characters themselves: query-string conditions only (elbv2 QueryStringConditionConfig). */
export function parseGlob(pattern: string, escapes = false): Glob {
  const glob: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const code = pattern.charCodeAt(at);
    const next = pattern.charCodeAt(at + 1);
    if (escapes && code === BACKSLASH && (next === ASTERISK || next === QUESTION_MARK)) {
      glob.push(next);
      at++;
    } else if (code === QUESTION_MARK) glob.push(ONE_CHARACTER);
    else if (code !== ASTERISK) glob.push(code);
    else if (glob.at(-1) !== ANY_CHARACTERS) glob.push(ANY_CHARACTERS);
  }
  return glob;
}

/** Index of the first wildcard, or the pattern's length. */
export function literalLength(pattern: string): number {
  for (let at = 0; at < pattern.length; at++) {
    const code = pattern.charCodeAt(at);
    if (code === ASTERISK || code === QUESTION_MARK) return at;
  }
  return pattern.length;
}

/** Whether the glob covers `text` from index `from` to its end. Allocates nothing; at worst pattern length × text length steps. */
export function globMatches(glob: Glob, text: string, from: number): boolean {
  let end = text.length;
  let last = glob.length;
  // Literal end first: it refuses most texts at their last character.
  for (; last > 0 && glob[last - 1] !== ANY_CHARACTERS; last--, end--) {
    if (end === from) return false;
    const code = glob[last - 1];
    if (code !== text.charCodeAt(end - 1) && code !== ONE_CHARACTER) return false;
  }
  if (last === 0) return end === from;
  // What is left of the glob ends in `*`. Only the nearest earlier `*` need ever take more: earlier ones found their first fit.
  let star = -1;
  let starTook = from;
  let at = from;
  for (let next = 0; next < last - 1; ) {
    const code = glob[next];
    if (code === ANY_CHARACTERS) {
      star = next++;
      starTook = at;
    } else if (at === end) {
      return false;
    } else if (code === text.charCodeAt(at) || code === ONE_CHARACTER) {
      next++;
      at++;
    } else if (star < 0) {
      return false;
    } else {
      next = star + 1;
      at = ++starTook;
    }
  }
  return true;
}

export function formatGlob(glob: Glob): string {
  return glob.map((code) => (code === ANY_CHARACTERS ? "*" : code === ONE_CHARACTER ? "?" : String.fromCharCode(code))).join("");
}
