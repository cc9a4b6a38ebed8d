/** CI machines are slower; deadlines stretch, conditions do not. */
const PATIENCE = process.env.CI === undefined ? 1 : 3;

/**
 * Polls until `probe` returns without throwing, and returns its value. Never sleeps longer than 20 ms at a time.
 * Throws the last failure, with how long it was tried, after `timeoutMs` (times 3 in CI).
 */
export async function eventually<T>(probe: () => T | Promise<T>, timeoutMs = 10_000): Promise<T> {
  const deadline = performance.now() + timeoutMs * PATIENCE;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > deadline)
        throw new Error(`still failing after ${timeoutMs * PATIENCE} ms: ${String(error)}`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
