/** Addresses that lie in the same blocks are alike: the borders of all blocks cut the address space. */
import { type IpNetwork, parseNetwork } from "@loopway/routing";

export interface SourceAtom {
  /** Indices of the blocks it lies in, ascending. */
  accepted: readonly number[];
  address: string;
}

const WIDTHS = { 4: 32n, 16: 128n } as const;
/** ::ffff:0:0/96 is IPv4 (RFC 4291 section 2.5.5.2). */
const MAPPED = { start: 0xffffn << 32n, end: (0xffffn << 32n) + (1n << 32n) };

/** @param blocks CIDR blocks; one that is none holds no address */
export function findSourceAtoms(blocks: readonly string[]): SourceAtom[] {
  const networks = blocks.map(parseNetwork);
  return [...atomsOfFamily(networks, 4), ...atomsOfFamily(networks, 16)];
}

function atomsOfFamily(networks: readonly (IpNetwork | undefined)[], octets: 4 | 16): SourceAtom[] {
  const width = WIDTHS[octets];
  const ranges = networks.flatMap((network, index) => (network?.octets.length === octets ? [{ index, ...rangeOf(network, width) }] : []));
  const borders = new Set([0n, 1n << width]);
  if (octets === 16) for (const border of [MAPPED.start, MAPPED.end]) borders.add(border);
  for (const { start, end } of ranges) borders.add(start).add(end);
  const sorted = [...borders].sort((a, b) => (a < b ? -1 : 1));
  const atoms = new Map<string, SourceAtom>();
  for (const [at, start] of sorted.slice(0, -1).entries()) {
    if (octets === 16 && start === MAPPED.start) continue;
    const accepted = ranges.filter((range) => range.start <= start && start < range.end).map(({ index }) => index);
    // The first address of a block is its network's own.
    const host = start + 1n < (sorted[at + 1] ?? 0n) ? start + 1n : start;
    const key = accepted.join();
    if (!atoms.has(key)) atoms.set(key, { accepted, address: octets === 4 ? formatIpv4(host) : formatIpv6(host) });
  }
  return [...atoms.values()];
}

function rangeOf({ octets, prefixLength }: IpNetwork, width: bigint): { start: bigint; end: bigint } {
  const free = width - BigInt(prefixLength);
  const value = octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  const start = (value >> free) << free;
  return { start, end: start + (1n << free) };
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(":");
  return groups.replace(/(^|:)0(:0)+(:|$)/, "::");
}
