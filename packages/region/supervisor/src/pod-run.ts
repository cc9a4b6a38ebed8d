import { setTimeout as sleep } from "node:timers/promises";
import { buildPodStatus, type PodObservation, type PodStatus } from "@loopway/kube";
import { type Address, bindingKey, type Container, type KubeObject, type Pod, type Probe } from "@loopway/model";
import type { Exit } from "./child.ts";
import type { Member } from "./fleet.ts";
import { runProbe } from "./probe.ts";
import { applyProbeResult, initialProbeState, nextProbeMs } from "./probe-state.ts";

export interface PodRunOptions {
  pod: Pod;
  podIP: string;
  hostIP: string | undefined;
  /** Whether probes leave from the node's address, as the kubelet's do. */
  probesFromNode: boolean;
  writeStatus: (object: KubeObject, status: unknown) => void;
}

/** A container without a readiness probe is ready when its first port accepts a connection: a stub's process has no other sign of life. */
const NO_PROBE: Probe = {};
/** What a shell says of a process that SIGKILL ended: 128 + 9. */
const KILLED = 137;

/** One pod on its node, through all lives of its process: what is observed of it, and the status that says so. */
export class PodRun {
  pod: Pod;
  readonly #options: PodRunOptions;
  readonly #readyContainers = new Set<string>();
  /** Restarts before this supervisor's time; its own first start is one, if there was a container before. */
  readonly #restartsBefore: number;
  #observation: PodObservation;
  #written: PodStatus | undefined;
  #probing = new AbortController();

  constructor(options: PodRunOptions) {
    const { pod, podIP, hostIP } = options;
    const earlier = pod.status?.containerStatuses?.[0];
    this.pod = pod;
    this.#options = options;
    this.#restartsBefore = earlier === undefined ? 0 : earlier.restartCount + 1;
    this.#observation = {
      podIP,
      hostIP,
      startTime: pod.status?.startTime ?? timestamp(),
      state: { kind: "waiting", reason: "ContainerCreating" },
      restartCount: earlier?.restartCount ?? 0,
      readyContainers: this.#readyContainers,
    };
  }

  get podIP(): string {
    return this.#observation.podIP;
  }

  /** The object changed: a readiness gate may have opened. */
  update(pod: Pod): void {
    if (this.pod === pod) return;
    this.pod = pod;
    if (this.#written !== undefined) this.publish();
  }

  /** Its process serves: from now on it is probed. */
  serves(member: Member): void {
    this.#probing.abort();
    this.#probing = new AbortController();
    const restartCount = this.#restartsBefore + member.restarts;
    this.#observation = { ...this.#observation, state: { kind: "running", startedAt: timestamp() }, restartCount };
    for (const container of this.pod.spec.containers) void this.#probe(container, member, this.#probing.signal);
  }

  /** Its process ended by itself: not ready at once. */
  crashed(member: Member, { code }: Exit): void {
    this.stop();
    this.#readyContainers.clear();
    const terminated = { kind: "terminated", reason: code === 0 ? "Completed" : "Error", exitCode: code ?? KILLED } as const;
    const state = member.failures > 1 ? ({ kind: "waiting", reason: "CrashLoopBackOff" } as const) : terminated;
    this.#observation = { ...this.#observation, state, restartCount: this.#restartsBefore + member.restarts };
    this.publish();
  }

  stop(): void {
    this.#probing.abort();
  }

  /** Writes the status when it differs from the one written last. */
  publish(): void {
    const status = buildPodStatus(this.pod, this.#observation, { before: this.#written, now: timestamp() });
    if (JSON.stringify(status) === JSON.stringify(this.#written)) return;
    this.#written = status;
    this.#options.writeStatus(this.pod, status);
  }

  async #probe(container: Container, { bindings }: Member, signal: AbortSignal): Promise<void> {
    const probe = container.readinessProbe ?? NO_PROBE;
    const { podIP, hostIP } = this.#observation;
    const resolve = (virtual: Address) => bindings.get(bindingKey("tcp", virtual))?.bound ?? virtual;
    const from = this.#options.probesFromNode ? hostIP : undefined;
    let state = initialProbeState;
    let hasSucceeded = false;
    await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
    while (!signal.aborted) {
      const isSuccess = await runProbe(probe, { container, podIP, resolve, from });
      if (signal.aborted) return;
      hasSucceeded ||= isSuccess;
      state = applyProbeResult(state, isSuccess, probe);
      if (state.isReady) this.#readyContainers.add(container.name);
      else this.#readyContainers.delete(container.name);
      this.publish();
      if (probe === NO_PROBE && state.isReady) return;
      await pause(nextProbeMs(probe, hasSucceeded), signal);
    }
  }
}

/** RFC 3339, seconds, as Kubernetes writes times. */
function timestamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}
