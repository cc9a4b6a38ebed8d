/** How many endpoints each availability zone is to be hinted. Kubernetes, endpointslice/topologycache, getAllocations and getGivingAndReceivingZones. */

/** No endpoint is to take more than this beyond its fair part of the traffic. */
const OVERLOAD_THRESHOLD = 0.2;

interface Allocation {
  minimum: number;
  maximum: number;
  /** No whole number: in proportion to the zone's CPU. */
  desired: number;
}

export type Allocations = ReadonlyMap<string, Allocation>;

/** By zone, or in the words of the Event why there can be none. `shares`: of `zoneShares`. */
export function allocateZones(endpoints: number, shares: ReadonlyMap<string, number> | undefined): Allocations | string {
  if (shares === undefined) return "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
  const counts = `(${endpoints} endpoints, ${shares.size} zones)`;
  if (shares.size > endpoints) return `Insufficient number of endpoints ${counts}`;
  const minima = [...shares].map(([zone, share]) => {
    const desired = share * endpoints;
    const minimum = Math.ceil(desired * (1 / (1 + OVERLOAD_THRESHOLD)));
    return { zone, minimum, desired: Math.max(desired, minimum) };
  });
  const spare = endpoints - minima.reduce((sum, { minimum }) => sum + minimum, 0);
  if (spare < 0) return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`;
  return new Map(minima.map(({ zone, minimum, desired }) => [zone, { minimum, maximum: minimum + spare, desired }]));
}

export interface Transfers {
  /** Endpoints by the zone that they are in. */
  giving: Map<string, number>;
  /** By the zone that they are to be hinted. */
  receiving: Map<string, number>;
}

/** Which zones have hints for more endpoints than they need, and which need them: whole endpoints, the greatest difference first. */
export function planTransfers(allocations: Allocations, hinted: ReadonlyMap<string, number>): Transfers {
  const surplus = [...allocations].map(([zone, { desired }]) => [zone, (hinted.get(zone) ?? 0) - desired] as const);
  const toGive = new Map(surplus.filter(([, amount]) => amount > 0));
  const toReceive = new Map(surplus.filter(([, amount]) => amount < 0).map(([zone, amount]) => [zone, -amount]));
  const transfers: Transfers = { giving: new Map(), receiving: new Map() };
  for (;;) {
    const giver = greatest(toGive);
    const receiver = greatest(toReceive);
    if (giver.amount < 0.5 || receiver.amount < 0.5 || (giver.amount < 1 && receiver.amount < 1)) return transfers;
    add(transfers.giving, giver.zone, 1);
    add(transfers.receiving, receiver.zone, 1);
    add(toGive, giver.zone, -1);
    add(toReceive, receiver.zone, -1);
  }
}

export function add(counts: Map<string, number>, key: string, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

/** The first of those with the most. */
function greatest(amounts: ReadonlyMap<string, number>): { zone: string; amount: number } {
  let found = { zone: "", amount: 0 };
  for (const [zone, amount] of amounts) if (amount > found.amount) found = { zone, amount };
  return found;
}
