/** IP addresses from text to octets, strictly: no octal, no short forms, as Route 53, EC2 and Node itself take them. */

/** Four octets, or undefined. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
  const octets = match?.slice(1).map(Number);
  return octets?.every((octet) => octet <= 255) === true ? Uint8Array.of(...octets) : undefined;
}

/** Sixteen octets, or undefined. Accepts `::` once and a dotted tail. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted === null ? undefined : parseIpv4(dotted[2] ?? "");
  if (dotted !== null && tail === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = tail ?? [];
  const hexTail = tail === undefined ? "" : `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  const halves = `${dotted?.[1] ?? text}${hexTail}`.split("::");
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const [before = [], after = []] = groups;
  const missing = 8 - before.length - after.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const all = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

/** False where one of the two is no address, or of the other family. */
export function isInCidr(address: string, cidr: string): boolean {
  const [network = "", length] = cidr.split("/");
  const octets = parseAddress(address);
  const base = parseAddress(network);
  if (octets === undefined || octets.length !== base?.length) return false;
  const bits = Number(length ?? octets.length * 8);
  return octets.every((octet, index) => {
    const width = Math.min(Math.max(bits - index * 8, 0), 8);
    return octet >> (8 - width) === (base[index] ?? 0) >> (8 - width);
  });
}

function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}
