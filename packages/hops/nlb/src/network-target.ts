/** One registered target: where it is, how healthy, and which connections it has. Outlives every table. */
import { CheckedTarget, type TargetSurroundings } from "@loopway/health-check";
import type { RelayedConnection } from "@loopway/l4-relay";
import type { Target, TargetHealthState } from "@loopway/model";
import type { ZonalTarget } from "./choose-target.ts";

/** Where a target is: the address of its node or pod, or of the load balancer it names. */
export interface TargetPlace {
  address: string;
  availabilityZone: string | undefined;
}

export class NetworkTarget extends CheckedTarget implements ZonalTarget {
  readonly availabilityZone: string | undefined;
  readonly connections = new Set<RelayedConnection>();

  constructor(target: Target, place: TargetPlace, surroundings: TargetSurroundings) {
    super(target, place.address, surroundings);
    this.availabilityZone = place.availabilityZone;
  }

  get state(): TargetHealthState {
    return this.record.state;
  }

  resetConnections(): void {
    for (const connection of this.connections) connection.reset();
  }
}
