/** One registered target: where it is, how healthy, and what is under way to it. Outlives every table. */
import type { TargetHealthRecord } from "@loopway/balancing";
import { HealthChecker, type HealthCheckerOptions } from "@loopway/health-check";
import type { Upstream } from "@loopway/l7-proxy";
import { type Address, formatAddress, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";

export type TargetSurroundings = Pick<HealthCheckerOptions, "resolve" | "onTransition">;

/** A target that is registered again is another one: what is still under way to the first has its own pool. */
let registrationCount = 0;

export class GroupTarget implements Upstream {
  readonly key: string;
  readonly target: Target;
  /** Virtual address, as logs and spans show it. */
  readonly name: string;
  inFlight = 0;
  readonly virtual: Address;
  readonly #resolve: TargetSurroundings["resolve"];
  readonly #checker: HealthChecker;

  constructor(group: string, target: Target, address: string, surroundings: TargetSurroundings) {
    this.target = target;
    this.virtual = { address, port: target.port };
    this.name = formatAddress(this.virtual);
    this.key = `${group} ${this.name} ${++registrationCount}`;
    this.#resolve = surroundings.resolve;
    this.#checker = new HealthChecker({ virtual: this.virtual, ...surroundings });
  }

  /** What is dialled: looked up for each new connection, as a binding may come after the target. */
  get address(): string {
    return this.#resolve(this.virtual).address;
  }

  get port(): number {
    return this.#resolve(this.virtual).port;
  }

  get record(): TargetHealthRecord {
    return this.#checker.record;
  }

  get isChecked(): boolean {
    return this.#checker.isRunning;
  }

  startChecks(settings: () => TargetGroup["spec"]): void {
    this.#checker.start(settings);
  }

  stopChecks(record: TargetHealthRecord): void {
    this.#checker.stop(record);
  }

  describe(): TargetHealthDescription {
    return this.#checker.describe(this.target);
  }
}
