/** The checks of one registered target, and what they have shown. Outlives every table. */
import {
  beginHealthChecks,
  type HealthCheckResult,
  recordHealthCheck,
  registerTarget,
  type TargetHealthRecord,
  unusedTarget,
} from "@loopway/balancing";
import { encodeLocalProxyHeader } from "@loopway/http";
import { type Address, attributeValue, formatAddress, type Target, type TargetGroup, type TargetHealthDescription } from "@loopway/model";
import { checkHttp } from "./check-http.ts";
import { checkTcp } from "./check-tcp.ts";

/**
 * While a target has never answered, a failed check is repeated soon and not counted, for as long as its registration takes on AWS (where
 * a check begins seconds after RegisterTargets; here it begins in the same millisecond, often before the node's kube-proxy listens).
 */
const REGISTRATION_MS = 5_000;
const REGISTRATION_RETRY_MS = 50;

export interface HealthCheckerOptions {
  /** The target's traffic address. */
  virtual: Address;
  resolve(address: Address): Address;
  /** The state has changed. */
  onTransition(): void;
}

export class HealthChecker {
  record: TargetHealthRecord = unusedTarget();
  readonly #options: HealthCheckerOptions;
  #timer: NodeJS.Timeout | undefined;
  #registeredMs = 0;
  /** Counts starts and stops, so that a check that was under way meanwhile is ignored. */
  #life = 0;

  constructor(options: HealthCheckerOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#life % 2 === 1;
  }

  /** Registers the target and checks at once, then at the group's interval. `settings` is asked anew each time. */
  start(settings: () => TargetGroup["spec"]): void {
    this.#life++;
    this.#registeredMs = performance.now();
    this.record = beginHealthChecks(registerTarget());
    void this.#check(settings, this.#life);
  }

  stop(record: TargetHealthRecord): void {
    if (this.isRunning) this.#life++;
    clearTimeout(this.#timer);
    this.record = record;
  }

  /** As DescribeTargetHealth tells it. */
  describe(target: Target): TargetHealthDescription {
    const { state, reason, description } = this.record;
    const why = { ...(reason === undefined ? {} : { reason }), ...(description === undefined ? {} : { description }) };
    return { target, targetHealth: { state, ...why } };
  }

  async #check(settings: () => TargetGroup["spec"], life: number): Promise<void> {
    const spec = settings();
    const startedMs = performance.now();
    const result = await this.#ask(spec);
    if (life !== this.#life) return;
    const isRegistering =
      this.record.state === "initial" && result.kind === "failed" && performance.now() - this.#registeredMs < REGISTRATION_MS;
    if (!isRegistering) this.#take(result, spec);
    // From one check to the next: what hangs until its time-out is found out no later than what refuses.
    const dueMs = startedMs + 1000 * (spec.healthCheckIntervalSeconds ?? 30);
    const delayMs = isRegistering ? REGISTRATION_RETRY_MS : Math.max(0, dueMs - performance.now());
    this.#timer = setTimeout(() => void this.#check(settings, life), delayMs);
  }

  #ask(spec: TargetGroup["spec"]): Promise<HealthCheckResult> {
    const { virtual: traffic, resolve } = this.#options;
    const port = Number(spec.healthCheckPort);
    const virtual = Number.isNaN(port) ? traffic : { address: traffic.address, port };
    const usesProxyProtocol = attributeValue({ spec }, "proxy_protocol_v2.enabled") === "true";
    const check = {
      ...resolve(virtual),
      timeoutMs: 1000 * (spec.healthCheckTimeoutSeconds ?? 5),
      ...(usesProxyProtocol ? { preamble: encodeLocalProxyHeader() } : {}),
    };
    if (spec.healthCheckProtocol === "TCP") return checkTcp(check);
    return checkHttp({
      ...check,
      host: formatAddress(virtual),
      path: spec.healthCheckPath ?? "/",
      matcher: spec.matcher?.httpCode ?? "200",
    });
  }

  #take(result: HealthCheckResult, { healthyThresholdCount, unhealthyThresholdCount }: TargetGroup["spec"]): void {
    const before = this.record.state;
    this.record = recordHealthCheck(this.record, result, { healthy: healthyThresholdCount ?? 5, unhealthy: unhealthyThresholdCount ?? 2 });
    if (this.record.state !== before) this.#options.onTransition();
  }
}
