/** A line of a log, to look at. */
export interface Example {
  file: string;
  line: number;
  text: string;
}

export type Counted<T> = T & { count: number; example: Example };

/** Counts lines by class. Memory is bounded: after the first classes only the sum of the rest is kept. */
export class ClassCounter<T extends object> {
  readonly #classes = new Map<unknown, Counted<T>>();
  readonly #most: number;
  /** Lines of classes that came too late to be kept. */
  rest = 0;

  constructor(most = 1000) {
    this.#most = most;
  }

  /** @param describe called for the first line of a class only */
  add(key: unknown, describe: () => T & { example: Example }): void {
    const known = this.#classes.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#classes.size < this.#most) this.#classes.set(key, { ...describe(), count: 1 });
    else this.rest += 1;
  }

  get total(): number {
    let total = this.rest;
    for (const { count } of this.#classes.values()) total += count;
    return total;
  }

  /** The most frequent first. */
  sorted(): Counted<T>[] {
    return [...this.#classes.values()].sort((a, b) => b.count - a.count);
  }
}
