/**
 * The clock that all processes of an instance share, in microseconds since the epoch: the machine's monotonic clock plus an origin that the
 * supervisor chose once. `performance.now` is the cheap reading of that clock; its own origin is measured here, once.
 */
export function createClock(clockOriginUs: number): () => number {
  const monotonicUs = Number(process.hrtime.bigint() / 1000n);
  const offsetUs = monotonicUs - performance.now() * 1000 + clockOriginUs;
  return () => Math.round(performance.now() * 1000 + offsetUs);
}

/** The origin to hand to every process: what the monotonic clock lacks to the epoch, in microseconds. */
export function clockOriginUs(): number {
  return Date.now() * 1000 - Number(process.hrtime.bigint() / 1000n);
}
