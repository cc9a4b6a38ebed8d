/** A CIDR block: 16-bit groups of the address (2 for IPv4, 8 for IPv6) and how many leading bits count. */
export interface IpNetwork {
  groups: readonly number[];
  prefixLength: number;
}

/** 16-bit groups, or undefined for what is no address. An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export function parseIp(text: string): number[] | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** RFC 4632 / RFC 4291 section 2.3 notation; bits behind the prefix are ignored. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf("/");
  const groups = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (groups === undefined || !/^\d{1,3}$/.test(length) || Number(length) > groups.length * 16) return undefined;
  return { groups, prefixLength: Number(length) };
}

export function networkContains({ groups, prefixLength }: IpNetwork, address: readonly number[]): boolean {
  if (groups.length !== address.length) return false;
  return groups.every((group, index) => {
    const ignoredBits = Math.min(16, Math.max(0, 16 * (index + 1) - prefixLength));
    return group >> ignoredBits === (address[index] ?? 0) >> ignoredBits;
  });
}

function parseIpv4(text: string): number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const bytes = match?.slice(1).map(Number) ?? [];
  const [a, b, c, d] = bytes;
  if (a === undefined || b === undefined || c === undefined || d === undefined || bytes.some((byte) => byte > 255)) return undefined;
  return [(a << 8) | b, (c << 8) | d];
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::").map((half) => (half === "" ? [] : half.split(":").map(parseGroup)).flat());
  const [head = [], tail] = halves;
  if (halves.length > 2 || halves.flat().includes(undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])].map((group) => group ?? 0);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? groups.slice(6) : groups;
}

/** One group between colons; the last may be a whole IPv4 address, which is two. */
function parseGroup(group: string): (number | undefined)[] {
  if (group.includes(".")) return parseIpv4(group) ?? [undefined];
  return [/^[0-9a-fA-F]{1,4}$/.test(group) ? Number.parseInt(group, 16) : undefined];
}
