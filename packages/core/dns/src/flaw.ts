/** What is wrong with a piece of user's text; the caller adds where it stands. Returned in the place of the value, never thrown. */
export interface Flaw {
  reason: string;
}

export function flaw(reason: string): Flaw {
  return { reason };
}

export function isFlaw(value: unknown): value is Flaw {
  return typeof value === "object" && value !== null && "reason" in value;
}
