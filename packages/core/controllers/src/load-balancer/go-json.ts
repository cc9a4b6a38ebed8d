/** Go's encoding/json, as far as annotations show it: keys match without regard to case, unknown keys are dropped. */
export class GoObject {
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(value: object) {
    this.#members = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
  }

  text(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === "string" ? value : undefined;
  }

  integer(key: string): number | undefined {
    const value = this.#value(key);
    return typeof value === "number" && Number.isInteger(value) ? value : undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.#value(key);
    return typeof value === "boolean" ? value : undefined;
  }

  object(key: string): GoObject | undefined {
    return asGoObject(this.#value(key));
  }

  objects(key: string): GoObject[] {
    const value = this.#value(key);
    return Array.isArray(value) ? value.flatMap((item) => asGoObject(item) ?? []) : [];
  }

  #value(key: string): unknown {
    return this.#members.get(key.toLowerCase());
  }
}

function asGoObject(value: unknown): GoObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? new GoObject(value) : undefined;
}

/** Undefined where the text is no JSON object. */
export function parseGoObject(text: string): GoObject | undefined {
  try {
    return asGoObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
