/** amazon-vpc-cni-k8s, IP_COOLDOWN_PERIOD: time for everybody to hear that the pod is gone, before its address is another's. */
const COOLDOWN_MS = 30_000;

/** When addresses were given back, in milliseconds of any clock; the longest ago first. */
export type ReleasedAddresses = ReadonlyMap<string, number>;

/** What still cools down, when these addresses were in use until now and those are in use from now on. */
export function coolDown(
  released: ReleasedAddresses,
  { before, after, now }: { before: Iterable<string>; after: Iterable<string>; now: number },
): ReleasedAddresses {
  const used = new Set(after);
  const cooling = new Map([...released].filter(([address, atMs]) => !used.has(address) && now - atMs < COOLDOWN_MS));
  for (const address of before) if (!used.has(address)) cooling.set(address, now);
  return cooling;
}
