/** One registered target: where it is, how healthy, and what is under way to it. Outlives every table. */
import { CheckedTarget, type TargetSurroundings } from "@loopway/health-check";
import type { Upstream } from "@loopway/l7-proxy";
import type { Target } from "@loopway/model";

/** A target that is registered again is another one: what is still under way to the first has its own pool. */
let registrationCount = 0;

export class GroupTarget extends CheckedTarget implements Upstream {
  readonly key: string;
  inFlight = 0;
  readonly #resolve: TargetSurroundings["resolve"];

  constructor(group: string, target: Target, address: string, surroundings: TargetSurroundings) {
    super(target, address, surroundings);
    this.key = `${group} ${this.name} ${++registrationCount}`;
    this.#resolve = surroundings.resolve;
  }

  /** What is dialled: looked up for each new connection, as a binding may come after the target. */
  get address(): string {
    return this.#resolve(this.virtual).address;
  }

  get port(): number {
    return this.#resolve(this.virtual).port;
  }
}
