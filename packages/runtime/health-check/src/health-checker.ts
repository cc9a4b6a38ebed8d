/** One load balancer node's checks of one target, and what it makes of them. */
import { type HealthCheckResult, recordHealthCheck, type TargetHealthRecord } from "@loopway/balancing";
import { encodeLocalProxyHeader } from "@loopway/http";
import { type Address, attributeValue, formatAddress, type TargetGroup } from "@loopway/model";
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
  /** Asked anew for each check. */
  settings(): TargetGroup["spec"];
  /** What is known of the target when the first check begins. */
  known(): TargetHealthRecord;
  /** A check is over, and the opinion up to date. */
  onResult(): void;
}

export class HealthChecker {
  /** Undefined until the first check begins. */
  opinion: TargetHealthRecord | undefined;
  readonly #options: HealthCheckerOptions;
  readonly #startedMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** Checks for the first time after `delayMs`, then at the group's interval. */
  constructor(options: HealthCheckerOptions, delayMs: number) {
    this.#options = options;
    if (delayMs === 0) void this.#check();
    else this.#checkLater(delayMs);
  }

  /** A check that is under way no longer counts. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #checkLater(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#check(), delayMs);
  }

  async #check(): Promise<void> {
    const spec = this.#options.settings();
    const before = this.opinion ?? { ...this.#options.known(), successes: 0, failures: 0 };
    this.opinion = before;
    const beganMs = performance.now();
    const result = await this.#ask(spec);
    if (this.#isStopped) return;
    const isRegistering = before.state === "initial" && result.kind === "failed" && performance.now() - this.#startedMs < REGISTRATION_MS;
    // From one check to the next: what hangs until its time-out is found out no later than what refuses.
    const dueMs = beganMs + intervalMs(spec);
    this.#checkLater(isRegistering ? REGISTRATION_RETRY_MS : Math.max(0, dueMs - performance.now()));
    if (isRegistering) return;
    const { healthyThresholdCount: healthy = 5, unhealthyThresholdCount: unhealthy = 2 } = spec;
    this.opinion = recordHealthCheck(before, result, { healthy, unhealthy });
    this.#options.onResult();
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
}

export function intervalMs({ healthCheckIntervalSeconds = 30 }: TargetGroup["spec"]): number {
  return 1000 * healthCheckIntervalSeconds;
}
