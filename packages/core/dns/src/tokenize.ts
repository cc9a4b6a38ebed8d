/** Splits a master file into entries (RFC 1035 §5.1): parentheses join lines, `;` starts a comment, quotes keep everything but a line's end. */

export interface Token {
  /** Escapes as written. */
  text: string;
  quoted: boolean;
}

export interface Entry {
  /** Line of its first token, from 1. */
  line: number;
  /** White space stands where an owner would: the owner is that of the entry before. */
  startsBlank: boolean;
  tokens: Token[];
}

export interface Tokens {
  entries: Entry[];
  /** At most one per entry; the entry is left out. */
  flaws: { line: number; reason: string }[];
}

interface Scan extends Tokens {
  text: string;
  index: number;
  line: number;
  /** Open parentheses, and the line of the first. */
  depth: number;
  openedAt: number;
  entry: Entry | undefined;
  isSpoilt: boolean;
  startsBlank: boolean;
}

const endOfWord = new Set([" ", "\t", "\r", "\n", ";", "(", ")", '"']);

export function tokenize(text: string): Tokens {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const scan: Scan = {
    text,
    index: start,
    line: 1,
    depth: 0,
    openedAt: 0,
    entry: undefined,
    isSpoilt: false,
    startsBlank: isBlank(text[start]),
    entries: [],
    flaws: [],
  };
  while (scan.index < text.length) scanOne(scan);
  if (scan.depth > 0) scan.flaws.push({ line: scan.openedAt, reason: "this parenthesis is never closed" });
  else endEntry(scan);
  return { entries: scan.entries, flaws: scan.flaws };
}

function scanOne(scan: Scan): void {
  const char = scan.text[scan.index];
  if (char === "\n") {
    scan.index++;
    scan.line++;
    if (scan.depth > 0) return;
    endEntry(scan);
    scan.startsBlank = isBlank(scan.text[scan.index]);
  } else if (isBlank(char)) {
    scan.index++;
  } else if (char === ";") {
    const end = scan.text.indexOf("\n", scan.index);
    scan.index = end < 0 ? scan.text.length : end;
  } else if (char === "(") {
    if (scan.depth++ === 0) scan.openedAt = scan.line;
    scan.index++;
  } else if (char === ")") {
    if (scan.depth === 0) spoilEntry(scan, "a parenthesis is closed that was never opened");
    else scan.depth--;
    scan.index++;
  } else if (char === '"') {
    scanQuoted(scan);
  } else {
    scanWord(scan);
  }
}

function scanQuoted(scan: Scan): void {
  let end = scan.index + 1;
  while (end < scan.text.length && scan.text[end] !== '"' && scan.text[end] !== "\n") end += scan.text[end] === "\\" ? 2 : 1;
  if (scan.text[end] === '"') {
    addToken(scan, { text: scan.text.slice(scan.index + 1, end), quoted: true });
    scan.index = end + 1;
    return;
  }
  spoilEntry(scan, "a quoted string does not end on its line");
  const lineEnd = scan.text.indexOf("\n", scan.index);
  scan.index = lineEnd < 0 ? scan.text.length : lineEnd;
}

function scanWord(scan: Scan): void {
  let end = scan.index;
  while (end < scan.text.length && !endOfWord.has(scan.text[end] ?? ""))
    end += scan.text[end] === "\\" && scan.text[end + 1] !== "\n" ? 2 : 1;
  addToken(scan, { text: scan.text.slice(scan.index, end), quoted: false });
  scan.index = end;
}

function addToken(scan: Scan, token: Token): void {
  scan.entry ??= { line: scan.line, startsBlank: scan.startsBlank, tokens: [] };
  scan.entry.tokens.push(token);
}

function endEntry(scan: Scan): void {
  if (scan.entry !== undefined && !scan.isSpoilt) scan.entries.push(scan.entry);
  scan.entry = undefined;
  scan.isSpoilt = false;
}

function spoilEntry(scan: Scan, reason: string): void {
  if (!scan.isSpoilt) scan.flaws.push({ line: scan.line, reason });
  scan.isSpoilt = true;
}

function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t" || char === "\r";
}
