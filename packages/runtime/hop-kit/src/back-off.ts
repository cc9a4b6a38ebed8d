/** Delays that double with each failure in a row, from `firstMs` to `lastMs`. */
export interface BackOff {
  nextMs(): number;
  reset(): void;
}

export function createBackOff(firstMs: number, lastMs: number): BackOff {
  let delayMs = firstMs;
  return {
    nextMs: () => {
      const current = delayMs;
      delayMs = Math.min(delayMs * 2, lastMs);
      return current;
    },
    reset: () => {
      delayMs = firstMs;
    },
  };
}
