/**
 * Two-banded allocation: a range of numbers whose lower end is left to those who choose for themselves.
 *
 *   0 ─── static ─── offset ────────── dynamic ────────── size
 *
 * Kubernetes, "Virtual IPs and Service Proxies", sections on static sub-ranges (KEP-3070 for ClusterIPs, KEP-3668 for NodePorts).
 */
export interface Band {
  size: number;
  /** First number of the dynamic part. */
  offset: number;
}

/**
 * A free number in [0, size): from a random start in the dynamic part upwards and around, then in the static part in the same way. Undefined
 * when all are taken. `random` is uniform in [0, 1).
 */
export function allocate(band: Band, isTaken: (index: number) => boolean, random: () => number): number | undefined {
  return scan(band.offset, band.size, isTaken, random) ?? scan(0, band.offset, isTaken, random);
}

function scan(from: number, to: number, isTaken: (index: number) => boolean, random: () => number): number | undefined {
  const length = to - from;
  const start = Math.floor(random() * length);
  for (let step = 0; step < length; step++) {
    const index = from + ((start + step) % length);
    if (!isTaken(index)) return index;
  }
  return undefined;
}
