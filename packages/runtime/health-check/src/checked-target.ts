/** What a registered target of any load balancer is: where it is, and how healthy. Outlives every table. */
import type { TargetHealthRecord } from "@loopway/balancing";
import { type Address, formatAddress, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";
import { HealthChecker, type HealthCheckerOptions } from "./health-checker.ts";

export type TargetSurroundings = Pick<HealthCheckerOptions, "resolve" | "onTransition">;

export class CheckedTarget {
  readonly target: Target;
  /** Virtual address, as logs and spans show it. */
  readonly name: string;
  readonly virtual: Address;
  readonly #checker: HealthChecker;

  constructor(target: Target, address: string, surroundings: TargetSurroundings) {
    this.target = target;
    this.virtual = { address, port: target.port };
    this.name = formatAddress(this.virtual);
    this.#checker = new HealthChecker({ virtual: this.virtual, ...surroundings });
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
