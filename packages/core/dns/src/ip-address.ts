/** Addresses between text and octets. IPv6 is written as RFC 5952 asks. */

/** Four octets, or undefined. No octal, no short forms: Route 53 refuses them too. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

/** Sixteen octets, or undefined. Accepts `::` once and a dotted tail. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted === null ? undefined : parseIpv4(dotted[2] ?? "");
  if (dotted !== null && tail === undefined) return undefined;
  const hexTail = tail === undefined ? "" : `${hex16(tail, 0)}:${hex16(tail, 2)}`;
  const halves = `${dotted?.[1] ?? text}${hexTail}`.split("::");
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const [before = [], after = []] = groups;
  const missing = 8 - before.length - after.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const all = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

export function formatIpv4(octets: Uint8Array): string {
  return octets.join(".");
}

export function formatIpv6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => hex16(octets, 2 * index));
  const zeros = longestZeroRun(groups);
  if (zeros.length < 2) return groups.join(":");
  return `${groups.slice(0, zeros.start).join(":")}::${groups.slice(zeros.start + zeros.length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === "0") end++;
    if (end - start > longest.length) longest = { start, length: end - start };
  }
  return longest;
}

function hex16(octets: Uint8Array, at: number): string {
  return (((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)).toString(16);
}
