/** Sampling by rate, or forced by the request: AWS X-Ray, "Configuring sampling rules". A token bucket. */

/** What a collector on the same machine takes beside the traffic itself; tests and people stay below, a load generator does not. */
const SPANS_PER_SECOND = 5_000;
/** A quiet process may report so many at once. */
const BURST = 10_000;

/** Whether this request leaves a span. `isForced`: it asked for its trace. @param nowMs any clock */
export type Sampler = (isForced: boolean) => boolean;

export function createSampler(nowMs: () => number): Sampler {
  let left = BURST;
  let filledMs = nowMs();
  return (isForced) => {
    if (left < 1) {
      const now = nowMs();
      left = Math.min(BURST, left + ((now - filledMs) / 1000) * SPANS_PER_SECOND);
      filledMs = now;
    }
    if (left >= 1) {
      left--;
      return true;
    }
    return isForced;
  };
}
