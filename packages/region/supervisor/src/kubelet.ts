// What a kubelet does for the pods of its node, for all nodes: addresses, their lives, removal of the object when the process is gone.
// Starting and stopping processes is the fleet's.
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, createBackOff, createStatusWriter, formatFailure, log, referenceTo } from "@loopway/hop-kit";
import type { BackOff, Exit } from "@loopway/kube";
import { assignPodAddresses, coolDown, EXEC_ANNOTATION, type ReleasedAddresses, type Snapshot } from "@loopway/kube";
import { internalIP, type KubeObject, type Node, objectKey, type Pod } from "@loopway/model";
import { execRefused } from "./exec-refused.ts";
import type { FleetEvent, Member } from "./fleet.ts";
import { PodRun } from "./pod-run.ts";
import { podKey } from "./registry.ts";

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2000;

export interface KubeletOptions {
  client: ApiClient;
  probesFromNode: boolean;
  backOff: BackOff;
  isSuspended(nodeName: string): boolean;
  /** Whether pods may run command lines that manifests name. */
  allowsExec: boolean;
  /** Which pods are to have a process has changed without any object. */
  onWish(): void;
  /** Ends the present process of a member whose probe failed for good. */
  kill(key: string): void;
}

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #ending = new AbortController();
  readonly #writeStatus: (object: KubeObject, status: unknown) => void;
  /** By uid, as long as there is an object or a process. */
  readonly #runs = new Map<string, PodRun>();
  readonly #removing = new Set<string>();
  /** Uids of pods that name a command line while none is allowed. */
  readonly #refused = new Set<string>();
  #addresses: ReadonlyMap<string, string> = new Map();
  /** Also of processes whose pod is gone. */
  #inUse: readonly string[] = [];
  #released: ReleasedAddresses = new Map();
  #snapshot: Snapshot | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#writeStatus = createStatusWriter(options.client, this.#ending.signal);
  }

  /** New objects: gives every bound pod its address. Returns those of the pods that are to have a process, by uid. */
  sync(objects: Snapshot): ReadonlyMap<string, string> {
    this.#snapshot = objects;
    const pods = objects.list<Pod>("Pod");
    const uids = new Set(pods.map(uidOf));
    const ofPods = [...this.#addresses].filter(([uid]) => uids.has(uid));
    const ofProcesses = [...this.#runs].map(([uid, { podIP }]) => [uid, podIP] as const);
    const inUse = new Map([...ofPods, ...ofProcesses]);
    this.#released = coolDown(this.#released, { before: this.#inUse, after: inUse.values(), now: performance.now() });
    this.#addresses = assignPodAddresses(objects, inUse, { released: this.#released });
    this.#inUse = [...inUse.values(), ...this.#addresses.values()];
    for (const [uid, run] of this.#runs) if (!uids.has(uid) && !run.hasProcess) this.#forget(uid, run);
    for (const pod of pods) this.#follow(pod);
    return this.wished();
  }

  /** Of the pods that are to have a process, their addresses by uid. */
  wished(): ReadonlyMap<string, string> {
    return new Map([...this.#addresses].filter(([uid]) => this.#runs.get(uid)?.wantsProcess() === true && !this.#refused.has(uid)));
  }

  /** After the fleet knows its wishes: removes the objects of pods that are to go and have no process (any more). */
  removeEnded(members: readonly Member[]): void {
    const running = new Set(members.map(({ wish }) => wish.key));
    for (const pod of this.#snapshot?.list<Pod>("Pod") ?? []) {
      const isToGo = pod.metadata.deletionTimestamp !== undefined && pod.spec.nodeName !== undefined;
      if (isToGo && !running.has(podKey(uidOf(pod))) && !this.#isSuspended(pod)) void this.#remove(pod);
    }
  }

  onFleetEvent(event: FleetEvent): void {
    const { member, type } = event;
    const run = this.#runOf(member);
    if (run === undefined) return;
    if (type === "starting") run.launched(member);
    if (type === "ready") run.serves(member);
    if (type === "ended" && event.isFinal) this.#endRun(run);
  }

  /** In how many milliseconds a process that ended by itself is to be started again; undefined: never. */
  restartInMs(member: Member, exit: Exit): number | undefined {
    return this.#runOf(member)?.ended(member, exit);
  }

  /** Until SIGKILL, for a process that is told to end; undefined when its object does not say. */
  killInMs(uid: string): number | undefined {
    return this.#runs.get(uid)?.killInMs();
  }

  stop(): void {
    this.#ending.abort();
    for (const run of this.#runs.values()) run.stop();
  }

  #runOf({ wish }: Member): PodRun | undefined {
    return wish.kind === "pod" ? this.#runs.get(uidOf(wish.settings.pod as Pod)) : undefined;
  }

  #follow(pod: Pod): void {
    const uid = uidOf(pod);
    const podIP = this.#addresses.get(uid);
    if (podIP === undefined || this.#isSuspended(pod)) return;
    if (!this.#runs.has(uid) && !this.#options.allowsExec && pod.metadata.annotations?.[EXEC_ANNOTATION] !== undefined) this.#refuse(pod);
    const run = this.#runs.get(uid) ?? this.#begin(pod, podIP);
    run.update(pod);
    // While the node is lost its controller has the word; a kubelet that is back says again what it knows.
    if (isReady(this.#snapshot?.get<Node>("Node", undefined, pod.spec.nodeName ?? ""))) run.insist();
  }

  #begin(pod: Pod, podIP: string): PodRun {
    const hostIP = internalIP(this.#snapshot?.get<Node>("Node", undefined, pod.spec.nodeName ?? ""));
    const { probesFromNode, backOff, onWish, kill } = this.#options;
    // Its deletion is an event of its life like any other.
    const { deletionTimestamp: _, ...metadata } = pod.metadata;
    const run = new PodRun({
      pod: { ...pod, metadata },
      place: { podIP, hostIP },
      probesFromNode,
      backOff,
      isSuspended: () => this.#isSuspended(pod),
      writeStatus: this.#writeStatus,
      onWish,
      kill: () => kill(podKey(uidOf(pod))),
    });
    this.#runs.set(uidOf(pod), run);
    return run;
  }

  /** It gets no process, and an Event says why. */
  #refuse(pod: Pod): void {
    this.#refused.add(uidOf(pod));
    const event = execRefused(pod, new Date().toISOString());
    this.#options.client.create(event).catch((error: unknown) => log(`${event.message}: ${formatFailure(error)}`));
  }

  #isSuspended({ spec }: Pod): boolean {
    return this.#options.isSuspended(spec.nodeName ?? "");
  }

  #endRun(run: PodRun): void {
    run.gone();
    if (run.pod.metadata.deletionTimestamp !== undefined) void this.#remove(run.pod);
  }

  #forget(uid: string, run: PodRun): void {
    run.stop();
    this.#runs.delete(uid);
    this.#refused.delete(uid);
  }

  /** With grace 0, as the kubelet does when the last container has ended. Tried until the API takes it. */
  async #remove(pod: Pod): Promise<void> {
    const uid = uidOf(pod);
    if (this.#removing.has(uid)) return;
    this.#removing.add(uid);
    const backOff = createBackOff(FIRST_RETRY_MS, LAST_RETRY_MS);
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        await this.#options.client.delete(referenceTo(pod), { gracePeriodSeconds: 0, preconditions: { uid } });
        break;
      } catch (error) {
        log(`removing pod ${objectKey(pod)}: ${formatFailure(error)}`);
        await sleep(backOff.nextMs(), undefined, { signal }).catch(() => undefined);
      }
    }
    this.#removing.delete(uid);
  }
}

function isReady(node: Node | undefined): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? "";
}
