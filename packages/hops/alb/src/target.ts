/** One registered target: where it is, how healthy, and what is under way to it. Outlives every table. */
import {
  beginHealthChecks,
  type HealthCheckResult,
  recordHealthCheck,
  registerTarget,
  type TargetHealthRecord,
  unusedTarget,
} from "@loopway/balancing";
import type { Upstream } from "@loopway/l7-proxy";
import { type Address, formatAddress, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";
import { checkTarget } from "./check-target.ts";

/**
 * While a target has never answered, a failed check is repeated soon and not counted, for as long as its registration takes on AWS (where
 * a check begins seconds after RegisterTargets; here it begins in the same millisecond, often before the node's kube-proxy listens).
 */
const REGISTRATION_MS = 5_000;
const REGISTRATION_RETRY_MS = 50;

export interface TargetSurroundings {
  resolve(address: Address): Address;
  /** The state has changed. */
  onTransition(): void;
}

/** A target that is registered again is another one: what is still under way to the first has its own pool. */
let registrationCount = 0;

export class GroupTarget implements Upstream {
  readonly key: string;
  readonly target: Target;
  /** Virtual address, as logs and spans show it. */
  readonly name: string;
  record: TargetHealthRecord = unusedTarget();
  inFlight = 0;
  readonly virtual: Address;
  readonly #surroundings: TargetSurroundings;
  #timer: NodeJS.Timeout | undefined;
  #registeredMs = 0;
  /** Counts starts and stops, so that a check that was under way meanwhile is ignored. */
  #life = 0;

  constructor(group: string, target: Target, address: string, surroundings: TargetSurroundings) {
    this.target = target;
    this.virtual = { address, port: target.port };
    this.name = formatAddress(this.virtual);
    this.key = `${group} ${this.name} ${++registrationCount}`;
    this.#surroundings = surroundings;
  }

  /** What is dialled: looked up for each new connection, as a binding may come after the target. */
  get address(): string {
    return this.#surroundings.resolve(this.virtual).address;
  }

  get port(): number {
    return this.#surroundings.resolve(this.virtual).port;
  }

  get isChecked(): boolean {
    return this.#life % 2 === 1;
  }

  /** Registers it and checks at once, then at the group's interval. `settings` is asked anew each time. */
  startChecks(settings: () => TargetGroup["spec"]): void {
    this.#life++;
    this.#registeredMs = performance.now();
    this.record = beginHealthChecks(registerTarget());
    void this.#check(settings, this.#life);
  }

  stopChecks(record: TargetHealthRecord): void {
    if (this.isChecked) this.#life++;
    clearTimeout(this.#timer);
    this.record = record;
  }

  async #check(settings: () => TargetGroup["spec"], life: number): Promise<void> {
    const spec = settings();
    const port = Number(spec.healthCheckPort);
    const virtual = Number.isNaN(port) ? this.virtual : { address: this.virtual.address, port };
    const result = await checkTarget({
      ...this.#surroundings.resolve(virtual),
      host: formatAddress(virtual),
      path: spec.healthCheckPath ?? "/",
      timeoutMs: 1000 * (spec.healthCheckTimeoutSeconds ?? 5),
      matcher: spec.matcher?.httpCode ?? "200",
    });
    if (life !== this.#life) return;
    const isRegistering =
      this.record.state === "initial" && result.kind === "failed" && performance.now() - this.#registeredMs < REGISTRATION_MS;
    if (!isRegistering) this.#take(result, spec);
    const delayMs = isRegistering ? REGISTRATION_RETRY_MS : 1000 * (spec.healthCheckIntervalSeconds ?? 30);
    this.#timer = setTimeout(() => void this.#check(settings, life), delayMs);
  }

  #take(result: HealthCheckResult, { healthyThresholdCount, unhealthyThresholdCount }: TargetGroup["spec"]): void {
    const before = this.record.state;
    this.record = recordHealthCheck(this.record, result, { healthy: healthyThresholdCount ?? 5, unhealthy: unhealthyThresholdCount ?? 2 });
    if (this.record.state !== before) this.#surroundings.onTransition();
  }

  describe(): TargetHealthDescription {
    const { state, reason, description } = this.record;
    return {
      target: this.target,
      targetHealth: { state, ...(reason === undefined ? {} : { reason }), ...(description === undefined ? {} : { description }) },
    };
  }
}
