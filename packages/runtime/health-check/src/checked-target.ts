/** What a registered target of any load balancer is: where it is, and how healthy. Outlives every table. */
import { agreeOnHealth, beginHealthChecks, registerTarget, type TargetHealthRecord, unusedTarget } from "@loopway/balancing";
import { type Address, formatAddress, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";
import { HealthChecker, intervalMs } from "./health-checker.ts";

/** On AWS every load balancer node checks. A third one would find out later what hangs (agreeOnHealth), and cost the targets another check. */
const MOST_CHECKERS = 2;

export interface TargetSurroundings {
  /** Where a traffic address is bound. */
  resolve(address: Address): Address;
  /** The state has changed. */
  onTransition(): void;
}

export class CheckedTarget {
  readonly target: Target;
  /** Virtual address, as logs and spans show it. */
  readonly name: string;
  readonly virtual: Address;
  record: TargetHealthRecord = unusedTarget();
  readonly #surroundings: TargetSurroundings;
  /** One for each load balancer node that checks. */
  readonly #checkers: HealthChecker[] = [];

  constructor(target: Target, address: string, surroundings: TargetSurroundings) {
    this.target = target;
    this.virtual = { address, port: target.port };
    this.name = formatAddress(this.virtual);
    this.#surroundings = surroundings;
  }

  /**
   * Has two of `nodeCount` load balancer nodes, or one where there are no more, check the target at the group's interval, the first at once, the second in between.
   * Changes nothing where they do already. `settings` is asked anew for each check.
   */
  keepChecked(settings: () => TargetGroup["spec"], nodeCount: number): void {
    if (this.#checkers.length === 0) this.record = beginHealthChecks(registerTarget());
    const wanted = Math.min(Math.max(nodeCount, 1), MOST_CHECKERS);
    for (const checker of this.#checkers.splice(wanted)) checker.stop();
    for (let node = this.#checkers.length; node < wanted; node++) {
      const { resolve } = this.#surroundings;
      const options = { virtual: this.virtual, resolve, settings, known: () => this.record, onResult: () => this.#agree() };
      this.#checkers.push(new HealthChecker(options, (node / wanted) * intervalMs(settings())));
    }
  }

  stopChecks(record: TargetHealthRecord): void {
    for (const checker of this.#checkers.splice(0)) checker.stop();
    this.record = record;
  }

  /** As DescribeTargetHealth tells it. */
  describe(): TargetHealthDescription {
    const { state, reason, description } = this.record;
    const why = { ...(reason === undefined ? {} : { reason }), ...(description === undefined ? {} : { description }) };
    return { target: this.target, targetHealth: { state, ...why } };
  }

  #agree(): void {
    const [first, ...others] = this.#checkers.flatMap(({ opinion }) => opinion ?? []);
    if (first === undefined) return;
    const { state } = this.record;
    this.record = agreeOnHealth([first, ...others]);
    if (this.record.state !== state) this.#surroundings.onTransition();
  }
}
