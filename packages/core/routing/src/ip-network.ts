import { parseIpv4, parseIpv6 } from "@loopway/model";

/** A CIDR block: the address (4 octets for IPv4, 16 for IPv6) and how many leading bits count. */
export interface IpNetwork {
  octets: Uint8Array;
  prefixLength: number;
}

/** Octets, or undefined for what is no address. An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export function parseIp(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const octets = parseIpv6(text);
  const isMapped = octets?.every((octet, index) => index >= 12 || octet === (index < 10 ? 0 : 0xff)) === true;
  return isMapped ? octets?.subarray(12) : octets;
}

/** RFC 4632 / RFC 4291 section 2.3 notation; bits behind the prefix are ignored. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf("/");
  const octets = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (octets === undefined || !/^\d{1,3}$/.test(length) || Number(length) > octets.length * 8) return undefined;
  return { octets, prefixLength: Number(length) };
}

export function networkContains({ octets, prefixLength }: IpNetwork, address: Uint8Array): boolean {
  if (octets.length !== address.length) return false;
  return octets.every((octet, index) => {
    const ignoredBits = Math.min(8, Math.max(0, 8 * (index + 1) - prefixLength));
    return octet >> ignoredBits === (address[index] ?? 0) >> ignoredBits;
  });
}
