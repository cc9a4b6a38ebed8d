/**
 * Version 2 of the PROXY protocol: who is connected to whom, in binary, before the first byte of a connection
 * (haproxy.org, proxy-protocol.txt, section 2.2).
 *
 *   12 octets signature │ version, command │ family, transport │ length │ source, destination, ports │ TLVs
 */
import { type Address, parseIpv4, parseIpv6 } from "@loopway/model";

export interface ProxiedConnection {
  source: Address;
  destination: Address;
  tlvs?: readonly ProxyTlv[];
}

interface ProxyTlv {
  type: number;
  value: Uint8Array;
}

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const VERSION_2 = 0x20;
const PROXY = 0x01;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

/** Undefined where the addresses are not both of one family: there is no header for such a pair. */
export function encodeProxyHeader({ source, destination, tlvs = [] }: ProxiedConnection): Uint8Array | undefined {
  const parse = source.address.includes(":") ? parseIpv6 : parseIpv4;
  const from = parse(source.address);
  const to = parse(destination.address);
  if (from === undefined || to === undefined) return undefined;
  const family = from.length === 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
  const payload = [...from, ...to, ...twoOctets(source.port), ...twoOctets(destination.port), ...tlvs.flatMap(encodeTlv)];
  return Uint8Array.from([...SIGNATURE, VERSION_2 | PROXY, family, ...twoOctets(payload.length), ...payload]);
}

/** Of a connection that carries nobody's traffic, as a health check. */
export function encodeLocalProxyHeader(): Uint8Array {
  return Uint8Array.from([...SIGNATURE, VERSION_2, 0, 0, 0]);
}

function encodeTlv({ type, value }: ProxyTlv): number[] {
  return [type, ...twoOctets(value.length), ...value];
}

function twoOctets(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
