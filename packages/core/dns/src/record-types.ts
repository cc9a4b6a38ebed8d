/** Record types: numbers (IANA "DNS Parameters"), and for those that a hosted zone may hold, the fields of their data in order. */

/**
 * ipv4, ipv6: an address · u8, u16, u32: a number · period: seconds, in master files also as 1h30m
 * name: a domain name that may be compressed · plainName: one that must not (RFC 3597 §4)
 * tag: one character-string, written bare · texts: one or more, each written in quotes · rest: quoted octets to the end, without a length
 * opaque: octets that nothing here understands
 */
export type FieldKind = "ipv4" | "ipv6" | "u8" | "u16" | "u32" | "period" | "name" | "plainName" | "tag" | "texts" | "rest" | "opaque";

/** One field's value: names as text, numbers as numbers, everything else as the octets it has on the wire. */
export type Field = string | number | Uint8Array;

const dataFields: ReadonlyMap<string, readonly FieldKind[]> = new Map<string, readonly FieldKind[]>([
  ["A", ["ipv4"]],
  ["AAAA", ["ipv6"]],
  ["CAA", ["u8", "tag", "rest"]], // RFC 8659 §4.1
  ["CNAME", ["name"]],
  ["MX", ["u16", "name"]],
  ["NS", ["name"]],
  ["PTR", ["name"]],
  ["SOA", ["name", "name", "u32", "period", "period", "period", "period"]],
  ["SPF", ["texts"]],
  ["SRV", ["u16", "u16", "u16", "plainName"]], // RFC 2782
  ["TXT", ["texts"]],
]);

const opaqueFields: readonly FieldKind[] = ["opaque"];

/** Types that a hosted zone may hold here, in the order of the alphabet. */
export const supportedTypes: readonly string[] = [...dataFields.keys()];

export function isSupportedType(type: string): boolean {
  return dataFields.has(type);
}

export function fieldsOf(type: string): readonly FieldKind[] {
  return dataFields.get(type) ?? opaqueFields;
}

const numbersByType = new Map<string, number>([
  ["A", 1],
  ["NS", 2],
  ["CNAME", 5],
  ["SOA", 6],
  ["PTR", 12],
  ["HINFO", 13],
  ["MX", 15],
  ["TXT", 16],
  ["AAAA", 28],
  ["SRV", 33],
  ["NAPTR", 35],
  ["OPT", 41],
  ["DS", 43],
  ["SSHFP", 44],
  ["RRSIG", 46],
  ["DNSKEY", 48],
  ["TLSA", 52],
  ["SVCB", 64],
  ["HTTPS", 65],
  ["SPF", 99],
  ["TKEY", 249],
  ["TSIG", 250],
  ["IXFR", 251],
  ["AXFR", 252],
  ["ANY", 255],
  ["CAA", 257],
]);
const typesByNumber = new Map([...numbersByType].map(([type, number]) => [number, type]));

/** "A" for 1, "TYPE65280" for a number without a name (RFC 3597 §5). */
export function typeName(number: number): string {
  return typesByNumber.get(number) ?? `TYPE${number}`;
}

/** The converse of `typeName`; undefined for a word that names no type. */
export function typeNumber(name: string): number | undefined {
  const known = numbersByType.get(name);
  if (known !== undefined || !/^TYPE\d{1,5}$/.test(name)) return known;
  const number = Number(name.slice(4));
  return number <= 0xffff ? number : undefined;
}

/** Whether master files may name it, here or elsewhere. */
export function isKnownType(name: string): boolean {
  return typeNumber(name) !== undefined;
}
