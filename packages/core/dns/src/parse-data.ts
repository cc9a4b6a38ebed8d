import { parseIpv4, parseIpv6 } from "@loopway/model";
import { parseSeconds } from "./duration.ts";
import { readEscape } from "./escape.ts";
import { type Flaw, flaw, isFlaw } from "./flaw.ts";
import { type NameOptions, parseName } from "./name.ts";
import { type Field, type FieldKind, fieldsOf } from "./record-types.ts";
import type { Token } from "./tokenize.ts";

const MAX_STRING_OCTETS = 255;

/** Record data from its tokens. With radix 8 the rules are Route 53's, with radix 10 those of master files. */
export function parseData(type: string, tokens: readonly Token[], options: NameOptions): Field[] | Flaw {
  const kinds = fieldsOf(type);
  const takesMore = kinds.at(-1) === "texts";
  if (tokens.length < kinds.length || (tokens.length > kinds.length && !takesMore))
    return flaw(`a record of type ${type} takes ${kinds.length}${takesMore ? " or more" : ""} values, and ${tokens.length} were given`);
  const fields: Field[] = [];
  for (const [index, kind] of kinds.entries()) {
    const field = kind === "texts" ? parseTexts(tokens.slice(index), options) : parseField(kind, tokens[index], options);
    if (isFlaw(field)) return field;
    fields.push(field);
  }
  return fields;
}

function parseField(kind: Exclude<FieldKind, "texts">, token: Token | undefined, options: NameOptions): Field | Flaw {
  const { text, quoted } = token ?? { text: "", quoted: false };
  switch (kind) {
    case "ipv4":
      return parseIpv4(text) ?? flaw(`"${text}" is no IPv4 address`);
    case "ipv6":
      return parseIpv6(text) ?? flaw(`"${text}" is no IPv6 address`);
    case "u8":
      return parseNumber(text, 0xff);
    case "u16":
      return parseNumber(text, 0xffff);
    case "u32":
      return parseNumber(text, 0xffff_ffff);
    case "period":
      return parseSeconds(text);
    case "name":
    case "plainName":
      return text === "@" && !quoted && options.origin !== undefined ? options.origin : parseName(text, options);
    case "tag":
      return /^[a-z0-9]{1,15}$/i.test(text)
        ? parseTexts([{ text, quoted: true }], options)
        : flaw(`"${text}" is no tag of letters and digits`);
    case "rest":
      return parseOctets(text, options.radix);
    case "opaque":
      return flaw("data of this type has no text form here");
  }
}

function parseNumber(text: string, limit: number): number | Flaw {
  return /^\d{1,10}$/.test(text) && Number(text) <= limit ? Number(text) : flaw(`"${text}" is no number from 0 to ${limit}`);
}

/** Character-strings with their lengths. Route 53 wants each in quotes; master files do not (RFC 1035 §5.1). */
function parseTexts(tokens: readonly Token[], { radix }: NameOptions): Uint8Array | Flaw {
  const octets: number[] = [];
  for (const { text, quoted } of tokens) {
    if (radix === 8 && !quoted) return flaw(`${text} must be enclosed in quotation marks`);
    const string = parseOctets(text, radix);
    if (isFlaw(string)) return string;
    if (string.length > MAX_STRING_OCTETS)
      return flaw(`a string of ${string.length} octets; ${MAX_STRING_OCTETS} is the most, more need a second string`);
    octets.push(string.length, ...string);
  }
  return Uint8Array.from(octets);
}

function parseOctets(text: string, radix: 8 | 10): Uint8Array | Flaw {
  const octets: number[] = [];
  for (let index = 0; index < text.length; ) {
    const octet = readEscape(text, index, radix);
    if (isFlaw(octet)) return octet;
    if (octet.value < 0x80 || text[index] === "\\") octets.push(octet.value & 0xff);
    else octets.push(...utf8(text, index));
    index = octet.value >= 0xd800 && octet.value < 0xdc00 ? Math.min(octet.end + 1, text.length) : octet.end;
  }
  return Uint8Array.from(octets);
}

/** The octets of the character at `index`; there is no TextEncoder in core. */
function utf8(text: string, index: number): number[] {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0).toWellFormed();
  return encodeURIComponent(character)
    .slice(1)
    .split("%")
    .map((hex) => Number.parseInt(hex, 16));
}
