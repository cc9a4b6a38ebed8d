/** A text that a simple regular expression fits: literals, classes, groups, alternatives and repetitions, each taken in its shortest way. */

/** Stands for `.` and classes of letters. */
const LETTER = "x";
const classSamples: Readonly<Record<string, string>> = { d: "0", w: LETTER, s: " ", D: LETTER, W: "-", S: LETTER };

/** Undefined for syntax that is not read here; nothing promises that the text fits, so try it. */
export function sampleRegex(pattern: string): string | undefined {
  const reader = { pattern, at: 0 };
  const text = readAlternatives(reader);
  return text === undefined || reader.at < pattern.length ? undefined : text;
}

interface Reader {
  pattern: string;
  at: number;
}

/** The first alternative's text; the others are read over. */
function readAlternatives(reader: Reader): string | undefined {
  const first = readSequence(reader);
  while (reader.pattern[reader.at] === "|") {
    reader.at += 1;
    if (readSequence(reader) === undefined) return undefined;
  }
  return first;
}

function readSequence(reader: Reader): string | undefined {
  let text = "";
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern[reader.at] ?? "")) {
    const atom = readAtom(reader);
    if (atom === undefined) return undefined;
    text += atom.repeat(readCount(reader));
  }
  return text;
}

function readAtom(reader: Reader): string | undefined {
  const sign = reader.pattern[reader.at++];
  switch (sign) {
    case "^":
    case "$":
      return "";
    case ".":
      return LETTER;
    case "\\": {
      const escaped = reader.pattern[reader.at++];
      return escaped === undefined ? undefined : (classSamples[escaped] ?? (/[a-zA-Z0-9]/.test(escaped) ? undefined : escaped));
    }
    case "[":
      return readClass(reader);
    case "(": {
      const prefix = /^\?(?::|P?<[A-Za-z_]\w*>)/.exec(reader.pattern.slice(reader.at))?.[0] ?? "";
      reader.at += prefix.length;
      const inner = readAlternatives(reader);
      return reader.pattern[reader.at++] === ")" ? inner : undefined;
    }
    default:
      return sign;
  }
}

/** The first member; of a negated class a character that is rarely named. */
function readClass(reader: Reader): string | undefined {
  const end = reader.pattern.indexOf("]", reader.at + 1);
  if (end < 0) return undefined;
  const members = reader.pattern.slice(reader.at, end);
  reader.at = end + 1;
  if (members.startsWith("^")) return ["~", LETTER, "0"].find((character) => !members.includes(character));
  return members[0] === "\\" ? (classSamples[members[1] ?? ""] ?? members[1]) : members[0];
}

/** How often the atom before stands: the least that its quantifier allows. */
function readCount(reader: Reader): number {
  const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at));
  if (quantifier === null) return 1;
  reader.at += quantifier[0].length;
  if (quantifier[1] !== undefined) return Number(quantifier[1]);
  return quantifier[0].startsWith("+") ? 1 : 0;
}
