import { parseIpv4, parseIpv6 } from "@loopway/model";

export const REVERSE_ZONE = "in-addr.arpa.";
export const REVERSE_ZONE_IPV6 = "ip6.arpa.";

/** RFC 1035 §3.5; RFC 3596 §2.5: nibble by nibble. `address` is one. */
export function reverseName(address: string): string {
  const ipv6 = parseIpv6(address);
  if (ipv6 === undefined) return `${address.split(".").reverse().join(".")}.${REVERSE_ZONE}`;
  const nibbles = [...ipv6].flatMap((octet) => [octet >> 4, octet & 0xf]).reverse();
  return `${nibbles.map((nibble) => nibble.toString(16)).join(".")}.${REVERSE_ZONE_IPV6}`;
}

/** The octets of the address that a key names; undefined where it names none, or part of one. */
export function addressOfReverse(key: string): Uint8Array | undefined {
  const [, ipv4] = /^((?:\d+\.){4})in-addr\.arpa\.$/.exec(key) ?? [];
  if (ipv4 !== undefined) return parseIpv4(ipv4.slice(0, -1).split(".").reverse().join("."));
  const [, ipv6] = /^((?:[0-9a-f]\.){32})ip6\.arpa\.$/.exec(key) ?? [];
  const digits = ipv6?.replaceAll(".", "").split("").reverse().join("");
  return digits === undefined ? undefined : parseIpv6(digits.replaceAll(/(.{4})(?=.)/g, "$1:"));
}
