// Texts that a regular expression is likely to fit, for trying. Reads what rules are usually made of: literals, classes, groups, alternatives,
// repetition, anchors. What it misreads costs a sample, never an answer: every sample is matched by the engine.

/** Alternatives kept at each step. */
const MAX_TEXTS = 12;
/** What a class or escape stands for: the first character it has of these. */
const CANDIDATES = [..."xa1A/-._~ 09zZ"];
const ESCAPES: Readonly<Record<string, string>> = { d: "1", w: "x", s: " ", D: "x", W: "-", S: "x", t: "\t" };
const NOTHING = /^(\^|\$|\(\?[a-z]+\)|\\[AzbB])/;
const PIECE = /^(\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()|])/;
const REPEAT = /^(\*|\+|\?|\{(\d+)(?:,\d*)?\})\??/;

export function sampleRegex(pattern: string): string[] {
  return readAlternatives(pattern).texts;
}

interface Reading {
  texts: string[];
  rest: string;
}

function readAlternatives(pattern: string): Reading {
  let { texts, rest } = readSequence(pattern);
  while (rest.startsWith("|")) {
    const next = readSequence(rest.slice(1));
    texts = [...texts, ...next.texts];
    rest = next.rest;
  }
  return { texts: [...new Set(texts)].slice(0, MAX_TEXTS), rest };
}

function readSequence(pattern: string): Reading {
  let texts = [""];
  let rest = pattern;
  while (rest !== "" && rest[0] !== "|" && rest[0] !== ")") {
    const nothing = NOTHING.exec(rest)?.[0];
    if (nothing !== undefined) {
      rest = rest.slice(nothing.length);
      continue;
    }
    const piece = readPiece(rest);
    const repeat = REPEAT.exec(piece.rest);
    rest = piece.rest.slice(repeat?.[0].length ?? 0);
    const repeated = repeat === null ? piece.texts : repeatTexts(piece.texts, repeat);
    texts = texts.flatMap((text) => repeated.map((next) => text + next)).slice(0, MAX_TEXTS);
  }
  return { texts, rest };
}

function readPiece(pattern: string): Reading {
  const group = /^\((\?(P?<\w+>|[a-z]*:))?/.exec(pattern)?.[0];
  if (group !== undefined) {
    const { texts, rest } = readAlternatives(pattern.slice(group.length));
    return { texts, rest: rest.slice(1) };
  }
  const piece = PIECE.exec(pattern)?.[0] ?? pattern.slice(0, 1);
  return { texts: textsOfPiece(piece), rest: pattern.slice(piece.length) };
}

function textsOfPiece(piece: string): string[] {
  if (piece === ".") return ["x", "/"];
  if (piece.startsWith("\\")) return [ESCAPES[piece.slice(1)] ?? piece.slice(1)];
  if (!piece.startsWith("[") || piece.length < 3) return [piece];
  try {
    const fits = new RegExp(`^${piece}$`);
    const named = [...piece.slice(1, -1).replace(/[\\^-]/g, "")];
    return [...new Set([...CANDIDATES, ...named])].filter((character) => fits.test(character)).slice(0, 2);
  } catch {
    return [];
  }
}

function repeatTexts(texts: readonly string[], [, repeat, count]: RegExpExecArray): string[] {
  if (repeat === "*" || repeat === "?") return ["", ...texts];
  return repeat === "+" ? [...texts] : texts.map((text) => text.repeat(Math.min(Number(count), 64)));
}
