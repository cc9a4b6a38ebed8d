/** What Go's encoding/json says about a text that is not JSON (its scanner.go). Finds the first offending character by a walk of its own. */
export function goSyntaxError(text: string): string {
  const after = value(text, 0);
  if (typeof after === "string") return after;
  const rest = skip(text, after);
  return rest < text.length ? invalid(text, rest, "after top-level value") : END;
}

const END = "unexpected end of JSON input";
const LITERALS = ["true", "false", "null"];

/** The index behind what was read, or the error. */
type Walk = number | string;

function invalid(text: string, index: number, where: string): string {
  if (index >= text.length) return END;
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  const quoted = character === "'" ? "'\\''" : character === '"' ? "'\"'" : `'${JSON.stringify(character).slice(1, -1)}'`;
  return `invalid character ${quoted} ${where}`;
}

function skip(text: string, index: number): number {
  let next = index;
  while (" \t\r\n".includes(text.charAt(next) || "x")) next++;
  return next;
}

function value(text: string, from: number): Walk {
  const index = skip(text, from);
  const character = text.charAt(index);
  if (character === "{") return members(text, index + 1, "}");
  if (character === "[") return members(text, index + 1, "]");
  if (character === '"') return string(text, index);
  const literal = LITERALS.find((name) => name.startsWith(character));
  if (character !== "" && literal !== undefined) return word(text, index, literal);
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(text.slice(index))?.[0];
  return number === undefined ? invalid(text, index, "looking for beginning of value") : index + number.length;
}

function word(text: string, index: number, literal: string): Walk {
  for (let offset = 1; offset < literal.length; offset++) {
    const expected = literal.charAt(offset);
    if (text.charAt(index + offset) !== expected) return invalid(text, index + offset, `in literal ${literal} (expecting '${expected}')`);
  }
  return index + literal.length;
}

function string(text: string, from: number): Walk {
  for (let index = from + 1; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '"') return index + 1;
    if (character < " ") return invalid(text, index, "in string literal");
    if (character !== "\\") continue;
    index++;
    if (!'"\\/bfnrtu'.includes(text.charAt(index) || '"')) return invalid(text, index, "in string escape code");
  }
  return END;
}

/** Of an object or a list, up to its closing bracket. */
function members(text: string, from: number, close: "}" | "]"): Walk {
  const isObject = close === "}";
  let index = skip(text, from);
  if (text.charAt(index) === close) return index + 1;
  for (;;) {
    const next = isObject ? pair(text, index) : value(text, index);
    if (typeof next === "string") return next;
    index = skip(text, next);
    if (text.charAt(index) === close) return index + 1;
    if (text.charAt(index) !== ",") return invalid(text, index, isObject ? "after object key:value pair" : "after array element");
    index++;
  }
}

function pair(text: string, from: number): Walk {
  const index = skip(text, from);
  if (text.charAt(index) !== '"') return invalid(text, index, "looking for beginning of object key string");
  const key = string(text, index);
  if (typeof key === "string") return key;
  const colon = skip(text, key);
  return text.charAt(colon) === ":" ? value(text, colon + 1) : invalid(text, colon, "after object key");
}
