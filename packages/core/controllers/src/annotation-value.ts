// Values of annotations as the Load Balancer Controller takes them (pkg/annotations/parser.go), with Go's own words for one that does not
// parse.

const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = 2 ** 63;

/** `error` names the annotation and its value. */
export type Parsed<T> = { value: T } | { error: string };

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true])),
  ...Object.fromEntries(["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false])),
};

/** Go's strconv.ParseBool. */
export function parseBoolean(text: string): boolean | undefined {
  return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
}

export function invalidBoolean(text: string): string {
  return `strconv.ParseBool: parsing "${text}": invalid syntax`;
}

export function parseBooleanValue(key: string, raw: string): Parsed<boolean> {
  const value = parseBoolean(raw);
  return value === undefined ? { error: `failed to parse bool annotation, ${key}: ${raw}: ${invalidBoolean(raw)}` } : { value };
}

/** Go's strconv.ParseInt, base 10, 32 bits: no blanks, an optional sign. */
export function parseIntegerValue(key: string, raw: string): Parsed<number> {
  return parseInteger(key, raw, { type: "int32", max: INT32_MAX });
}

/** With 64 bits; above 2^53 it is not exact. */
export function parseLongValue(key: string, raw: string): Parsed<number> {
  return parseInteger(key, raw, { type: "int64", max: INT64_MAX });
}

function parseInteger(key: string, raw: string, { type, max }: { type: string; max: number }): Parsed<number> {
  const value = Number(raw);
  const isInteger = /^[+-]?\d+$/.test(raw);
  if (isInteger && value >= -max - 1 && value <= max) return { value };
  const reason = isInteger ? "value out of range" : "invalid syntax";
  return { error: `failed to parse ${type} annotation, ${key}: ${raw}: strconv.ParseInt: parsing "${raw}": ${reason}` };
}

/** Split at commas, trimmed, empty items dropped. */
export function parseList(raw: string): string[] {
  return raw
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** `key=value` pieces; a value may hold `=`, and be empty. */
export function parseMapValue(key: string, raw: string): Parsed<Record<string, string>> {
  const value: Record<string, string> = {};
  for (const piece of splitPairs(raw)) {
    const equals = piece.indexOf("=");
    const name = piece.slice(0, Math.max(equals, 0)).trim();
    if (name === "") return { error: `failed to parse stringMap annotation, ${key}: ${raw}` };
    value[name] = piece.slice(equals + 1).trim();
  }
  return { value };
}

/** A comma starts a new piece where more than blanks follow, else it is part of the last; a backslash takes the next character as it is. */
function splitPairs(raw: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (let index = 0; index < raw.length; index += 1) {
    if (raw[index] === "," && raw.slice(index + 1).trim() !== "") {
      pieces.push(piece);
      piece = "";
      continue;
    }
    if (raw[index] === "\\" && index + 1 < raw.length) index += 1;
    piece += raw[index];
  }
  return piece === "" ? pieces : [...pieces, piece];
}
