/** Which texts a part of a request can be, as a small automaton over UTF-16 codes: what the request parser lets through, and nothing else. */
import { fieldTable, hostTable, targetTable } from "@loopway/http";

export interface TextDomain {
  /** By state; the first is where a text begins. */
  states: readonly TextState[];
}

interface TextState {
  isEnd: boolean;
  classes: readonly CharacterClass[];
}

interface CharacterClass {
  /** Which stand for the class in a witness: the most readable first. */
  codes: ReadonlySet<number>;
  next: number;
  /** No wildcard takes a character of this class. */
  isLiteral?: boolean;
}

/** Stands between key and value of a query parameter; no character has it. */
export const SEPARATOR = 0x10000;

const READABLE = "xyzabcdefghijklmnopqrstuvwuXYZABC0123456789-_.~";

function codesOf(belongs: (code: number, character: string) => boolean): Set<number> {
  const readable = [...READABLE].map((character) => character.charCodeAt(0));
  const all = [...readable, ...Array.from({ length: 256 }, (_, code) => code)];
  return new Set(all.filter((code) => belongs(code, String.fromCharCode(code))));
}

const isFolded = (character: string) => character === character.toLowerCase();
const only = (...codes: number[]) => new Set(codes);
const [SLASH, ASTERISK, OPENING, CLOSING, SPACE, TAB] = [47, 42, 91, 93, 32, 9] as const;
const nameCodes = codesOf((at, character) => hostTable[at] === 1 && character !== ":" && isFolded(character));

/** A folded Host without its port: a name, an address, an IP literal, or nothing (HTTP/1.0). */
export const hostDomain: TextDomain = {
  states: [
    {
      isEnd: true,
      classes: [
        { codes: nameCodes, next: 1 },
        { codes: only(OPENING), next: 2 },
      ],
    },
    { isEnd: true, classes: [{ codes: nameCodes, next: 1 }] },
    {
      isEnd: false,
      classes: [
        { codes: codesOf((_, character) => /[0-9a-f:.]/.test(character)), next: 2 },
        { codes: only(CLOSING), next: 3 },
      ],
    },
    { isEnd: true, classes: [] },
  ],
};

const pathCodes = codesOf((at, character) => targetTable[at] === 1 && character !== "?");

/** A path as it is sent; `*` stands by itself (OPTIONS *, RFC 9112 section 3.2.4). */
export const pathDomain: TextDomain = {
  states: [
    {
      isEnd: false,
      classes: [
        { codes: only(SLASH), next: 1 },
        { codes: only(ASTERISK), next: 2 },
      ],
    },
    { isEnd: true, classes: [{ codes: pathCodes, next: 1 }] },
    { isEnd: true, classes: [] },
  ],
};

const valueCodes = codesOf((at, character) => fieldTable[at] === 1 && isFolded(character) && !/[ \t]/.test(character));
const blankCodes = only(SPACE, TAB);

/** A folded header value: no blank at either end, because the parser takes them off. */
export const headerDomain: TextDomain = {
  states: [
    { isEnd: true, classes: [{ codes: valueCodes, next: 1 }] },
    {
      isEnd: true,
      classes: [
        { codes: valueCodes, next: 1 },
        { codes: blankCodes, next: 2 },
      ],
    },
    {
      isEnd: false,
      classes: [
        { codes: valueCodes, next: 1 },
        { codes: blankCodes, next: 2 },
      ],
    },
  ],
};

const queryCodes = (excluded: string) =>
  codesOf((at, character) => targetTable[at] === 1 && isFolded(character) && !excluded.includes(character));

/** One folded query parameter: key, separator, value. A parameter without `=` is one with an empty value. */
export const parameterDomain: TextDomain = {
  states: [
    {
      isEnd: false,
      classes: [
        { codes: queryCodes("&="), next: 0 },
        { codes: only(SEPARATOR), next: 1, isLiteral: true },
      ],
    },
    { isEnd: true, classes: [{ codes: queryCodes("&"), next: 1 }] },
  ],
};
