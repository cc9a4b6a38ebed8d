// What a kubelet does for the pods of its node, for all nodes: addresses, readiness by real probes, status, removal of the object when
// the process is gone. Starting and stopping processes is the fleet's.
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, createBackOff, createStatusWriter, formatFailure, log, referenceTo } from "@loopway/hop-kit";
import { assignPodAddresses, type Snapshot } from "@loopway/kube";
import { internalIP, type KubeObject, type Node, objectKey, type Pod } from "@loopway/model";
import type { FleetEvent, Member } from "./fleet.ts";
import { PodRun } from "./pod-run.ts";
import { podKey } from "./registry.ts";

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2000;

export class Kubelet {
  readonly #client: ApiClient;
  readonly #probesFromNode: boolean;
  readonly #ending = new AbortController();
  readonly #writeStatus: (object: KubeObject, status: unknown) => void;
  /** By uid, from the first start of its process to the last end. */
  readonly #runs = new Map<string, PodRun>();
  readonly #removing = new Set<string>();
  #addresses: ReadonlyMap<string, string> = new Map();
  #snapshot: Snapshot | undefined;

  constructor(client: ApiClient, { probesFromNode }: { probesFromNode: boolean }) {
    this.#client = client;
    this.#probesFromNode = probesFromNode;
    this.#writeStatus = createStatusWriter(client, this.#ending.signal);
  }

  /** New objects: gives every bound pod its address. Returns them by uid. */
  sync(objects: Snapshot): ReadonlyMap<string, string> {
    const isFirst = this.#snapshot === undefined;
    this.#snapshot = objects;
    const pods = objects.list<Pod>("Pod");
    const uids = new Set(pods.map(uidOf));
    const ofPods = [...this.#addresses].filter(([uid]) => uids.has(uid));
    const ofProcesses = [...this.#runs].map(([uid, { podIP }]) => [uid, podIP] as const);
    this.#addresses = assignPodAddresses(objects, new Map([...ofPods, ...ofProcesses]));
    for (const pod of pods) {
      if (isFirst) this.#disown(pod);
      this.#runs.get(uidOf(pod))?.update(pod);
    }
    return this.#addresses;
  }

  /** After the fleet knows its wishes: removes the objects of pods that are to go and have no process (any more). */
  removeEnded(members: readonly Member[]): void {
    const running = new Set(members.map(({ wish }) => wish.key));
    for (const pod of this.#snapshot?.list<Pod>("Pod") ?? []) {
      const isToGo = pod.metadata.deletionTimestamp !== undefined && pod.spec.nodeName !== undefined;
      if (isToGo && !running.has(podKey(uidOf(pod)))) void this.#remove(pod);
    }
  }

  onFleetEvent(event: FleetEvent): void {
    const { member, type } = event;
    if (member.wish.kind !== "pod") return;
    const { pod, podIP } = member.wish.settings as { pod: Pod; podIP: string };
    const run = this.#runs.get(uidOf(pod)) ?? this.#createRun(pod, podIP);
    if (type === "ready") run.serves(member);
    if (type === "ended" && !event.isFinal) run.crashed(member, event.exit);
    if (type === "ended" && event.isFinal) this.#endRun(run);
  }

  stop(): void {
    this.#ending.abort();
    for (const run of this.#runs.values()) run.stop();
  }

  #createRun(pod: Pod, podIP: string): PodRun {
    const run = new PodRun({ ...this.#runOptions(pod), podIP });
    this.#runs.set(uidOf(pod), run);
    return run;
  }

  #runOptions(pod: Pod) {
    const hostIP = internalIP(this.#snapshot?.get<Node>("Node", undefined, pod.spec.nodeName ?? ""));
    return { pod, hostIP, probesFromNode: this.#probesFromNode, writeStatus: this.#writeStatus };
  }

  #endRun(run: PodRun): void {
    run.stop();
    this.#runs.delete(uidOf(run.pod));
    if (run.pod.metadata.deletionTimestamp !== undefined) void this.#remove(run.pod);
  }

  /** What an earlier supervisor wrote of a pod whose process ended with it: not ready until it serves again. */
  #disown(pod: Pod): void {
    const { podIP, containerStatuses = [] } = pod.status ?? {};
    if (podIP !== undefined && containerStatuses.length > 0) new PodRun({ ...this.#runOptions(pod), podIP }).publish();
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
        await this.#client.delete(referenceTo(pod), { gracePeriodSeconds: 0, preconditions: { uid } });
        break;
      } catch (error) {
        log(`removing pod ${objectKey(pod)}: ${formatFailure(error)}`);
        await sleep(backOff.nextMs(), undefined, { signal }).catch(() => undefined);
      }
    }
    this.#removing.delete(uid);
  }
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? "";
}
