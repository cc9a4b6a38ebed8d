// One pod on its node, through all lives of its process: runs what its life (core, pod-life) says. One timer, set to the next moment at
// which the life has something to do.
import {
  type BackOff,
  beginDueProbes,
  beginLife,
  buildPodStatus,
  deleted,
  type Exit,
  exited,
  failedProbe,
  nextTickMs,
  type PodLife,
  type PodPlace,
  type PodStatus,
  type ProbeType,
  preStopEnded,
  probed,
  probeOf,
  started,
  tick,
  unprobed,
  wantsProcess,
} from "@loopway/kube";
import { type Address, bindingKey, type KubeObject, type Pod } from "@loopway/model";
import type { Member } from "./fleet.ts";
import { preStopHooks, runPreStop } from "./pre-stop.ts";
import { runProbe } from "./probe.ts";

export interface PodRunOptions {
  pod: Pod;
  place: PodPlace;
  backOff: BackOff;
  /** Whether probes leave from the node's address, as the kubelet's do. */
  probesFromNode: boolean;
  /** The node does nothing at present, its kubelet included: it is suspended. */
  isSuspended(): boolean;
  writeStatus(object: KubeObject, status: unknown): void;
  /** Whether it wants a process has changed. */
  onWish(): void;
  /** A probe failed for good: the process is to end, and its end decides what follows. */
  kill(pod: Pod): void;
}

/** How often a suspended node is looked at. */
const SUSPENDED_POLL_MS = 500;

export class PodRun {
  pod: Pod;
  readonly #options: PodRunOptions;
  readonly #ending = new AbortController();
  #life: PodLife;
  #member: Member | undefined;
  #written: PodStatus | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isKilled = false;
  #wasSuspended = false;

  constructor(options: PodRunOptions) {
    this.pod = options.pod;
    this.#options = options;
    this.#life = beginLife(options.pod, Date.now());
    const { containerStatuses = [] } = options.pod.status ?? {};
    // What an earlier supervisor wrote of a process that ended with it must not stand; a plain start has nothing to tell yet.
    const { kind } = this.#life.stage;
    if ((containerStatuses.length > 0 && kind !== "finished") || kind === "initializing") this.#publish();
    this.#advance();
  }

  get podIP(): string {
    return this.#options.place.podIP;
  }

  get hasProcess(): boolean {
    return this.#member !== undefined;
  }

  wantsProcess(): boolean {
    return wantsProcess(this.#life);
  }

  /** Until SIGKILL, in milliseconds; undefined when nobody has asked it to end. */
  killInMs(): number | undefined {
    const { termination } = this.#life;
    return termination === undefined ? undefined : Math.max(0, termination.killAtMs - Date.now());
  }

  /** The object changed: a readiness gate may have opened, or it is to go. */
  update(pod: Pod): void {
    if (this.pod === pod) return;
    this.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#delete(pod.metadata.deletionGracePeriodSeconds ?? 0);
    if (this.#written !== undefined) this.#publish();
  }

  /** Somebody else called it unready, as happens while a node is lost: it is told anew. Kubernetes, status_manager.go, needsReconcile. */
  insist(): void {
    if (this.#written === undefined || readyOf(this.pod.status) === readyOf(this.#written)) return;
    this.#written = undefined;
    this.#publish();
  }

  launched(member: Member): void {
    this.#member = member;
  }

  /** Its process serves: from now on it is probed. */
  serves(member: Member): void {
    this.#member = member;
    this.#isKilled = false;
    this.#become(started(this.#life, this.pod, Date.now()));
  }

  /** Its process ended by itself. In how many milliseconds it is to be started again; undefined: never. */
  ended({ startedMs, wasReady }: Member, exit: Exit): number | undefined {
    const { backOff } = this.#options;
    this.#life = exited(this.#life, this.pod, { exit, startedMs, wasReady }, backOff, Date.now());
    this.#publish();
    this.#advance();
    const { stage } = this.#life;
    if (stage.kind === "waiting") return Math.max(0, stage.untilMs - Date.now());
    this.#member = undefined;
    this.#options.onWish();
    return undefined;
  }

  /** Its process ended as it was told to. */
  gone(): void {
    this.#member = undefined;
    this.stop();
  }

  stop(): void {
    this.#ending.abort();
    clearTimeout(this.#timer);
  }

  #delete(graceSeconds: number): void {
    const hooks = this.#life.termination === undefined ? preStopHooks(this.pod) : [];
    const isServing = this.#life.stage.kind === "running";
    this.#become(deleted(this.#life, { graceSeconds, hooks: hooks.length }, Date.now()));
    if (!isServing) return;
    for (const hook of hooks) {
      const ended = () => this.#become(preStopEnded(this.#life, Date.now()));
      void runPreStop(hook, { podIP: this.podIP, resolve: this.#resolve }, this.#ending.signal).finally(ended);
    }
  }

  #become(life: PodLife): void {
    const wanted = this.wantsProcess();
    this.#life = life;
    this.#advance();
    if (this.wantsProcess() !== wanted) this.#options.onWish();
  }

  /** Does what is due, and sleeps until something is again. */
  #advance(): void {
    clearTimeout(this.#timer);
    if (this.#ending.signal.aborted) return;
    if (this.#options.isSuspended()) {
      this.#wasSuspended = true;
      this.#sleep(SUSPENDED_POLL_MS);
    } else this.#attend();
  }

  #attend(): void {
    const ticked = tick(this.#life, this.pod, this.#options.backOff, Date.now());
    const { life, due } = beginDueProbes(ticked, Date.now());
    const hasChanged = ticked !== this.#life || this.#wasSuspended;
    // Others have written its status meanwhile: it is told anew.
    if (this.#wasSuspended) this.#written = undefined;
    this.#wasSuspended = false;
    const wanted = this.wantsProcess();
    this.#life = life;
    for (const { container, type } of due) void this.#probe(container, type);
    if (hasChanged) this.#publish();
    if (this.wantsProcess() !== wanted) this.#options.onWish();
    const next = nextTickMs(this.#life);
    if (next !== undefined) this.#sleep(Math.max(0, next - Date.now()));
  }

  #sleep(ms: number): void {
    this.#timer = setTimeout(() => this.#advance(), ms);
  }

  async #probe(name: string, type: ProbeType): Promise<void> {
    const container = this.pod.spec.containers.find((candidate) => candidate.name === name);
    const probe = container && probeOf(container, type);
    if (container === undefined || probe === undefined) return;
    const { probesFromNode, place } = this.#options;
    const from = probesFromNode ? place.hostIP : undefined;
    const { stage } = this.#life;
    const isSuccess = await runProbe(probe, { container, podIP: this.podIP, resolve: this.#resolve, from });
    // A result from an earlier life, or from a node that slept meanwhile, says nothing.
    if (this.#ending.signal.aborted || this.#life.stage !== stage) return;
    this.#life = this.#options.isSuspended()
      ? unprobed(this.#life, container, type)
      : probed(this.#life, container, { type, isSuccess }, Date.now());
    this.#publish();
    if (failedProbe(this.#life) !== undefined && !this.#isKilled) {
      this.#isKilled = true;
      this.#options.kill(this.pod);
    }
    this.#advance();
  }

  readonly #resolve = (virtual: Address): Address => this.#member?.bindings.get(bindingKey("tcp", virtual))?.bound ?? virtual;

  /** Writes the status when it differs from the one written last; a suspended node writes none. */
  #publish(): void {
    if (this.#options.isSuspended()) return;
    const { place, writeStatus } = this.#options;
    const status = buildPodStatus(this.pod, this.#life, { place, before: this.#written, now: Date.now() });
    if (JSON.stringify(status) === JSON.stringify(this.#written)) return;
    this.#written = status;
    writeStatus(this.pod, status);
  }
}

function readyOf(status: Pod["status"]): string | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status;
}
