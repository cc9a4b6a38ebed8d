import { type Flaw, flaw } from "./flaw.ts";

/** The octet (or UTF-16 unit, above 255) that stands at `index`, and where the next one begins. `\X` is X itself, `\ooo` a number. */
export function readEscape(text: string, index: number, radix: 8 | 10): { value: number; end: number } | Flaw {
  if (text[index] !== "\\") return { value: text.charCodeAt(index), end: index + 1 };
  if (index + 1 >= text.length) return flaw(`"${text}" ends within an escape`);
  const digits = text.slice(index + 1, index + 4);
  if (!/^\d/.test(digits)) return { value: text.charCodeAt(index + 1), end: index + 2 };
  const value = (radix === 8 ? /^[0-3][0-7]{2}$/ : /^\d{3}$/).test(digits) ? Number.parseInt(digits, radix) : Number.NaN;
  return value <= 255 ? { value, end: index + 4 } : flaw(`"\\${digits}" is no octet in ${radix === 8 ? "octal" : "decimal"}`);
}
