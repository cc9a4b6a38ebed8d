import type { Answer } from "../diff/answer.ts";
import { ClassCounter, type Counted, type Example } from "./class-counter.ts";
import type { Expectation } from "./visible-rules.ts";

/** Logged requests that get another answer by the new manifests; undefined where nothing listens. */
export interface Move {
  from: Answer | undefined;
  to: Answer | undefined;
  /** The rules that take them. */
  oldRule: Expectation | undefined;
  newRule: Expectation | undefined;
}

export interface MoveReport {
  /** Requests that were asked for. */
  requests: number;
  moved: number;
  classes: Counted<Move>[];
  /** Moved requests of classes that came too late to be listed. */
  rest: number;
  /** Requests whose rule depends on headers that logs do not have, by old or by new manifests. */
  undecidable: number;
  undecidableRules: Counted<{ expectation: Expectation }>[];
}

/** Counts what moves between two sets of manifests, by pair of rules. */
export class Moves {
  readonly #classes = new ClassCounter<Move>();
  readonly #undecidable = new ClassCounter<{ expectation: Expectation }>();
  readonly #verdicts = new Map<Expectation | undefined, Map<Expectation | undefined, string | undefined>>();
  #requests = 0;

  add(oldRule: Expectation | undefined, newRule: Expectation | undefined, exampleOf: () => Example): void {
    this.#requests += 1;
    const unseen = oldRule?.unseen !== undefined ? oldRule : newRule?.unseen !== undefined ? newRule : undefined;
    if (unseen !== undefined) {
      this.#undecidable.add(unseen, () => ({ expectation: unseen, example: exampleOf() }));
      return;
    }
    const key = this.#keyOf(oldRule, newRule);
    if (key === undefined) return;
    this.#classes.add(key, () => ({ ...moveOf(oldRule, newRule), oldRule, newRule, example: exampleOf() }));
  }

  report(): MoveReport {
    return {
      requests: this.#requests,
      moved: this.#classes.total,
      classes: this.#classes.sorted(),
      rest: this.#classes.rest,
      undecidable: this.#undecidable.total,
      undecidableRules: this.#undecidable.sorted(),
    };
  }

  /** Of the class; undefined where the answer is the same. Each pair of rules is compared once. */
  #keyOf(oldRule: Expectation | undefined, newRule: Expectation | undefined): string | undefined {
    let byNew = this.#verdicts.get(oldRule);
    if (byNew === undefined) {
      byNew = new Map();
      this.#verdicts.set(oldRule, byNew);
    }
    if (!byNew.has(newRule)) {
      const pair = [oldRule, newRule].map((side) => `${side?.listenerPort}/${side?.rule.id}`).join(" ");
      byNew.set(newRule, oldRule?.answerKey === newRule?.answerKey ? undefined : pair);
    }
    return byNew.get(newRule);
  }
}

function moveOf(oldRule: Expectation | undefined, newRule: Expectation | undefined): Pick<Move, "from" | "to"> {
  return { from: oldRule?.answer, to: newRule?.answer };
}
