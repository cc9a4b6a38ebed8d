import { setTimeout as pause } from "node:timers/promises";

/**
 * The end of a pod without a lost request. A container gets SIGTERM at the moment when its removal from endpoints and target groups only
 * begins (Kubernetes, "Pod Lifecycle", termination), so a server that stops at once makes the load balancer answer 502. The stub does what
 * AWS advises applications to do with a preStop sleep: it serves on until traffic has stopped coming.
 */
export interface Drain {
  /** From SIGTERM on: answers carry `Connection: close`. */
  isDraining(): boolean;
  /** A request arrived. Probes go on to the last (and so say nothing about traffic). */
  began(isProbe: boolean): void;
  /** It was answered, or its connection is gone. */
  ended(): void;
  /** Resolves when nothing is in flight and no request came for QUIET_MS. */
  run(): Promise<void>;
}

/** Deregistration takes a few hundred milliseconds here (watch, endpoints, target group, load balancer); ten times that is silence. */
const QUIET_MS = 3_000;
const POLL_MS = 50;

export function createDrain(quietMs = QUIET_MS): Drain {
  let draining = false;
  let inFlight = 0;
  let lastRequestMs = 0;
  return {
    isDraining: () => draining,
    began(isProbe) {
      inFlight++;
      if (!isProbe) lastRequestMs = performance.now();
    },
    ended() {
      inFlight--;
    },
    async run() {
      draining = true;
      lastRequestMs = performance.now();
      while (inFlight > 0 || performance.now() - lastRequestMs < quietMs) await pause(POLL_MS);
    },
  };
}
