// What a kubelet does for the pods of its node, for all nodes: addresses, readiness by real probes, status, restarts counted, removal of
// the object when the process is gone. Starting and stopping processes is the fleet's.
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, createBackOff, createStatusWriter, formatFailure, log, referenceTo } from "@loopway/hop-kit";
import type { Snapshot } from "@loopway/kube";
import { type Address, bindingKey, type Container, type Node, objectKey, type Pod, type Probe } from "@loopway/model";
import type { FleetEvent, Member } from "./fleet.ts";
import { assignPodAddresses, nodeInternalIP } from "./pod-addresses.ts";
import { buildPodStatus, type PodObservation, type PodStatus } from "./pod-status.ts";
import { runProbe } from "./probe.ts";
import { applyProbeResult, initialProbeState, nextProbeMs } from "./probe-state.ts";
import { podKey } from "./registry.ts";

export interface Kubelet {
  /** New objects: gives every bound pod its address. Returns them by uid. */
  sync(objects: Snapshot): ReadonlyMap<string, string>;
  /** After the fleet knows its wishes: removes the objects of pods that are to go and have no process (any more). */
  removeEnded(members: readonly Member[]): void;
  onFleetEvent(event: FleetEvent): void;
  stop(): void;
}

interface PodRun {
  pod: Pod;
  observation: PodObservation;
  readyContainers: Set<string>;
  /** Restarts before this supervisor's time. */
  restartsBefore: number;
  written?: PodStatus;
  probing?: AbortController;
  member: Member;
}

/** A container without a readiness probe is ready when its first port accepts a connection: a stub's process has no other sign of life. */
const NO_PROBE: Probe = {};

export function createKubelet(client: ApiClient, { probesFromNode }: { probesFromNode: boolean }): Kubelet {
  const runs = new Map<string, PodRun>();
  const removing = new Set<string>();
  const ending = new AbortController();
  const writeStatus = createStatusWriter(client, ending.signal);
  let addresses: ReadonlyMap<string, string> = new Map();
  let snapshot: Snapshot | undefined;

  const hostIPOf = (pod: Pod) => nodeInternalIP(snapshot?.get<Node>("Node", undefined, pod.spec.nodeName ?? ""));

  const publish = (run: PodRun) => {
    const now = timestamp();
    const status = buildPodStatus(run.pod, run.observation, { before: run.written, now });
    if (JSON.stringify(status) === JSON.stringify(run.written)) return;
    run.written = status;
    writeStatus(run.pod, status);
  };

  /** What an earlier supervisor wrote of a pod whose process ended with it: not ready until it serves again. */
  const disown = (pod: Pod) => {
    const { podIP, startTime = timestamp(), containerStatuses: [earlier] = [] } = pod.status ?? {};
    if (podIP === undefined || earlier === undefined) return;
    const state = { kind: "waiting", reason: "ContainerCreating" } as const;
    const observation = {
      podIP,
      hostIP: hostIPOf(pod),
      startTime,
      state,
      restartCount: earlier.restartCount,
      readyContainers: new Set<string>(),
    };
    writeStatus(pod, buildPodStatus(pod, observation, { before: undefined, now: timestamp() }));
  };

  const starting = (member: Member) => {
    const { pod, podIP } = member.wish.settings as { pod: Pod; podIP: string };
    const uid = pod.metadata.uid ?? "";
    if (runs.has(uid)) return;
    const earlier = pod.status?.containerStatuses?.[0];
    const readyContainers = new Set<string>();
    runs.set(uid, {
      pod,
      member,
      readyContainers,
      restartsBefore: earlier === undefined ? 0 : earlier.restartCount + 1,
      observation: {
        podIP,
        hostIP: hostIPOf(pod),
        startTime: pod.status?.startTime ?? timestamp(),
        state: { kind: "waiting", reason: "ContainerCreating" },
        restartCount: earlier === undefined ? 0 : earlier.restartCount + 1,
        readyContainers,
      },
    });
  };

  const serving = (run: PodRun) => {
    run.observation = {
      ...run.observation,
      state: { kind: "running", startedAt: timestamp() },
      restartCount: run.restartsBefore + run.member.restarts,
    };
    run.probing?.abort();
    run.probing = new AbortController();
    for (const container of run.pod.spec.containers) void probeContainer(run, container, run.probing.signal);
  };

  const ended = (run: PodRun, { member, exit, isFinal }: FleetEvent & { type: "ended" }) => {
    run.probing?.abort();
    run.readyContainers.clear();
    if (isFinal) {
      runs.delete(run.pod.metadata.uid ?? "");
      if (run.pod.metadata.deletionTimestamp !== undefined) void remove(run.pod);
      return;
    }
    const crashed = { kind: "terminated", reason: exit.code === 0 ? "Completed" : "Error", exitCode: exit.code ?? SIGNALLED } as const;
    const state = member.failures > 1 ? ({ kind: "waiting", reason: "CrashLoopBackOff" } as const) : crashed;
    run.observation = { ...run.observation, state, restartCount: run.restartsBefore + member.restarts };
    publish(run);
  };

  const probeContainer = async (run: PodRun, container: Container, signal: AbortSignal): Promise<void> => {
    const probe = container.readinessProbe ?? NO_PROBE;
    const target = {
      container,
      podIP: run.observation.podIP,
      resolve: (virtual: Address) => run.member.bindings.get(bindingKey("tcp", virtual))?.bound ?? virtual,
      from: probesFromNode ? run.observation.hostIP : undefined,
    };
    let state = initialProbeState;
    let hasSucceeded = false;
    await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
    while (!signal.aborted) {
      const isSuccess = await runProbe(probe, target);
      if (signal.aborted) return;
      hasSucceeded ||= isSuccess;
      state = applyProbeResult(state, isSuccess, probe);
      if (state.isReady) run.readyContainers.add(container.name);
      else run.readyContainers.delete(container.name);
      publish(run);
      if (probe === NO_PROBE && state.isReady) return;
      await pause(nextProbeMs(probe, hasSucceeded), signal);
    }
  };

  /** With grace 0, as the kubelet does when the last container has ended. Tried until the API takes it. */
  const remove = async (pod: Pod): Promise<void> => {
    const uid = pod.metadata.uid ?? "";
    if (removing.has(uid)) return;
    removing.add(uid);
    const backOff = createBackOff(50, 2000);
    for (;;) {
      try {
        await client.delete(referenceTo(pod), { gracePeriodSeconds: 0, preconditions: { uid } });
        break;
      } catch (error) {
        log(`removing pod ${objectKey(pod)}: ${formatFailure(error)}`);
        await sleep(backOff.nextMs());
      }
    }
    removing.delete(uid);
  };

  return {
    sync: (objects) => {
      const isFirst = snapshot === undefined;
      snapshot = objects;
      if (isFirst) for (const pod of objects.list<Pod>("Pod")) disown(pod);
      const pods = new Set(objects.list<Pod>("Pod").map(({ metadata }) => metadata.uid ?? ""));
      const ofProcesses = [...runs].map(([uid, { observation }]) => [uid, observation.podIP] as const);
      const ofPods = [...addresses].filter(([uid]) => pods.has(uid));
      addresses = assignPodAddresses(objects, new Map([...ofPods, ...ofProcesses]));
      for (const pod of objects.list<Pod>("Pod")) {
        const run = runs.get(pod.metadata.uid ?? "");
        if (run === undefined || run.pod === pod) continue;
        run.pod = pod;
        if (run.written !== undefined) publish(run);
      }
      return addresses;
    },
    removeEnded: (members) => {
      const running = new Set(members.map(({ wish }) => wish.key));
      for (const pod of snapshot?.list<Pod>("Pod") ?? []) {
        const { uid = "", deletionTimestamp } = pod.metadata;
        if (deletionTimestamp !== undefined && pod.spec.nodeName !== undefined && !running.has(podKey(uid))) void remove(pod);
      }
    },
    onFleetEvent: (event) => {
      if (event.member.wish.kind !== "pod") return;
      if (event.type === "starting") starting(event.member);
      const run = runs.get((event.member.wish.settings.pod as Pod).metadata.uid ?? "");
      if (run === undefined) return;
      if (event.type === "ready") serving(run);
      if (event.type === "ended") ended(run, event);
    },
    stop: () => {
      ending.abort();
      for (const { probing } of runs.values()) probing?.abort();
    },
  };
}

/** What a shell says of a process that SIGKILL ended: 128 + 9. */
const SIGNALLED = 137;

/** RFC 3339, seconds, as Kubernetes writes times. */
function timestamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}
