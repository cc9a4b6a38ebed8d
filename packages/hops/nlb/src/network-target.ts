/** One registered target: where it is, how healthy, and which connections it has. Outlives every table. */
import type { TargetHealthRecord } from "@loopway/balancing";
import { HealthChecker, type HealthCheckerOptions } from "@loopway/health-check";
import type { RelayedConnection } from "@loopway/l4-relay";
import {
  type Address,
  formatAddress,
  type Target,
  type TargetGroup,
  type TargetHealthDescription,
  type TargetHealthState,
} from "@loopway/model";
import type { ZonalTarget } from "./choose-target.ts";

/** Where a target is: the address of its node or pod, or of the load balancer it names. */
export interface TargetPlace {
  address: string;
  availabilityZone: string | undefined;
}

export class NetworkTarget implements ZonalTarget {
  readonly name: string;
  readonly virtual: Address;
  readonly availabilityZone: string | undefined;
  readonly connections = new Set<RelayedConnection>();
  readonly #target: Target;
  readonly #checker: HealthChecker;

  constructor(target: Target, place: TargetPlace, surroundings: Pick<HealthCheckerOptions, "resolve" | "onTransition">) {
    this.#target = target;
    this.virtual = { address: place.address, port: target.port };
    this.name = formatAddress(this.virtual);
    this.availabilityZone = place.availabilityZone;
    this.#checker = new HealthChecker({ virtual: this.virtual, ...surroundings });
  }

  get state(): TargetHealthState {
    return this.#checker.record.state;
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

  resetConnections(): void {
    for (const connection of this.connections) connection.reset();
  }

  describe(): TargetHealthDescription {
    return this.#checker.describe(this.#target);
  }
}
