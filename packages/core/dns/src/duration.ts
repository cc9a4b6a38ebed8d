import { type Flaw, flaw } from "./flaw.ts";

const secondsByUnit: ReadonlyMap<string, number> = new Map([
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
]);
/** RFC 2181 §8: a TTL has 31 bits. */
const MAX_SECONDS = 0x7fff_ffff;

/** Whether a token of a master file is a time and not a class or type. */
export function looksLikeSeconds(text: string): boolean {
  return /^\d/.test(text);
}

/** "300", or BIND's "1h30m". */
export function parseSeconds(text: string): number | Flaw {
  const parts = /^\d+$/.test(text) ? [`${text}s`] : (text.toLowerCase().match(/\d+[wdhms]/g) ?? []);
  if (parts.length === 0 || (parts.join("") !== text.toLowerCase() && parts[0] !== `${text}s`)) return flaw(`"${text}" is no time`);
  const seconds = parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * (secondsByUnit.get(part.slice(-1)) ?? 0), 0);
  return checkSeconds(seconds);
}

/** A TTL given as a number. */
export function checkSeconds(seconds: number): number | Flaw {
  const isTtl = Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_SECONDS;
  return isTtl ? seconds : flaw(`${seconds} is no number of seconds from 0 to ${MAX_SECONDS}`);
}
