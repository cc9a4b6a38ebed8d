/**
 * Domain names as text: absolute, with the final dot, in presentation form (RFC 1035 §5.1). An octet that is no printable ASCII
 * is `\DDD` (decimal), a character that means something in a master file is `\X`, so one name has one spelling up to case. Case is kept;
 * `nameKey` is what maps are keyed by (RFC 4343).
 */
import { readEscape } from "./escape.ts";
import { type Flaw, flaw, isFlaw } from "./flaw.ts";

const MAX_LABEL_OCTETS = 63;
const MAX_NAME_OCTETS = 255;

/** Base of `\ooo`: master files count in decimal (RFC 1035 §5.1), Route 53 in octal ("DNS domain name format" in its guide). */
export type EscapeRadix = 8 | 10;

export interface NameOptions {
  radix: EscapeRadix;
  /** Appended to a name without the final dot; absent: such a name is a flaw. */
  origin?: string;
}

/** Reads a name as a person writes it. */
export function parseName(text: string, { radix, origin }: NameOptions): string | Flaw {
  if (text === ".") return ".";
  if (text === "") return flaw("the name is empty");
  let name = "";
  let labelOctets = 0;
  for (let index = 0; index < text.length; ) {
    if (text[index] === ".") {
      if (labelOctets === 0) return flaw(`"${text}" has an empty label`);
      name += ".";
      labelOctets = 0;
      index++;
      continue;
    }
    const octet = readEscape(text, index, radix);
    if (isFlaw(octet)) return octet;
    if (octet.value > 0x7f && text[index] !== "\\") return flaw(`"${text}" is not ASCII; write internationalised names in their xn-- form`);
    if (++labelOctets > MAX_LABEL_OCTETS) return flaw(`"${text}" has a label of more than ${MAX_LABEL_OCTETS} octets`);
    name += octetTexts[octet.value] ?? "";
    index = octet.end;
  }
  if (labelOctets > 0) {
    if (origin === undefined) return flaw(`"${text}" is relative, and no $ORIGIN was given`);
    name += origin === "." ? "." : `.${origin}`;
  }
  return nameOctets(name) > MAX_NAME_OCTETS ? flaw(`"${text}" is longer than ${MAX_NAME_OCTETS} octets`) : name;
}

/** Characters that mean something else in a master file when they stand alone; dig escapes the same. */
const specials = new Set('"$().;@\\');

/** One octet of a label in canonical presentation form, by its number. */
export const octetTexts: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, "0")}`;
  return specials.has(character) ? `\\${character}` : character;
});

/** Index of the dot that ends the label starting at `start`. */
export function labelEnd(name: string, start: number): number {
  let end = name.indexOf(".", start);
  const escaped = name.indexOf("\\", start);
  if (escaped < 0 || escaped > end) return end;
  for (end = start; name[end] !== "."; end++) if (name[end] === "\\") end++;
  return end;
}

/** "www.example.com." → "example.com.", "com." → ".", "." → undefined. */
export function parentName(name: string): string | undefined {
  if (name === ".") return undefined;
  const end = labelEnd(name, 0);
  return end + 1 === name.length ? "." : name.slice(end + 1);
}

export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** Whether `key` is `apex` or below it. Both are keys. */
export function isAtOrBelow(key: string, apex: string): boolean {
  for (let name: string | undefined = key; name !== undefined && name.length >= apex.length; name = parentName(name)) {
    if (name === apex) return true;
  }
  return false;
}

/** Length on the wire, uncompressed. */
function nameOctets(name: string): number {
  let octets = 0;
  for (let index = 0; index < name.length; index++, octets++) {
    if (name[index] !== "\\") continue;
    index += /\d/.test(name[index + 1] ?? "") ? 3 : 1;
  }
  return name === "." ? 1 : octets + 1;
}

/** A name as Route 53 (octal escapes) or a master file (decimal) writes it. */
export function formatName(name: string, radix: EscapeRadix): string {
  if (radix === 10 || !name.includes("\\")) return name;
  return name.replace(/\\(\d{3}|.)/g, (_, escaped: string) => {
    const octet = escaped.length === 3 ? Number(escaped) : escaped.charCodeAt(0);
    return `\\${octet.toString(8).padStart(3, "0")}`;
  });
}
