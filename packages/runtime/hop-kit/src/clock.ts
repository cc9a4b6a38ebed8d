/** A reading that the scheduler did not interrupt takes well under this. */
const UNDISTURBED_US = 5;
const MAX_READINGS = 100;

/**
 * The clock that all processes of an instance share, in microseconds since the epoch: the machine's monotonic clock plus an origin that the
 * supervisor chose once. `performance.now` is the cheap reading of that clock; its own origin is measured here, once.
 */
export function createClock(clockOriginUs: number): () => number {
  const offsetUs = measureOffsetUs() + clockOriginUs;
  return () => Math.round(performance.now() * 1000 + offsetUs);
}

/**
 * The origin to hand to every process: what the monotonic clock lacks to the epoch, in microseconds. Supervisors of one machine come to the same
 * within microseconds; Date.now would be up to a millisecond off.
 */
export function clockOriginUs(): number {
  return performance.timeOrigin * 1000 - measureOffsetUs();
}

/**
 * What performance.now lacks to the monotonic clock. Both are read one after the other; a process that is suspended in between, as happens
 * when twenty start on two cores, would be milliseconds off for life. So the pair that was read the quickest counts.
 */
function measureOffsetUs(): number {
  let best = { tookUs: Number.POSITIVE_INFINITY, offsetUs: 0 };
  for (let reading = 0; reading < MAX_READINGS && best.tookUs > UNDISTURBED_US; reading += 1) {
    const before = monotonicUs();
    const ownUs = performance.now() * 1000;
    const tookUs = monotonicUs() - before;
    if (tookUs < best.tookUs) best = { tookUs, offsetUs: before + tookUs / 2 - ownUs };
  }
  return best.offsetUs;
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
