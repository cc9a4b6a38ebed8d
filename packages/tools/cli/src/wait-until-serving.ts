import { setTimeout as delay } from "node:timers/promises";
import { type ApiClient, watchObjects } from "@loopway/hop-kit";
import { EXEC_REFUSED, type Snapshot } from "@loopway/kube";
import {
  type Condition,
  type Deployment,
  type Ingress,
  type KubeEvent,
  type LoadBalancer,
  LoopwayError,
  type Node,
  objectKey,
  type Pod,
  type TargetGroup,
} from "@loopway/model";
import { type RunningProcess, readProcesses } from "./processes.ts";
import type { RunFile } from "./run-file.ts";

/** A cold machine starts the example in two seconds; after this something is wrong with the manifests, and it is said what. */
const PATIENCE_MS = 60_000;
const POLL_MS = 10;
const selections = ["Deployment", "TargetGroup", "Ingress", "LoadBalancer", "Node", "Pod", "Event"].map((kind) => ({ kind }));

export interface WaitOptions {
  api: ApiClient;
  runFile: RunFile;
  /** Gets each Warning once. */
  say(line: string): void;
  /** Nobody waits any more. */
  signal?: AbortSignal;
}

/** Resolves when every pod asked for is available, every target group has a healthy target and every process serves. Throws E_TIMEOUT with what is missing. */
export async function waitUntilServing({ api, runFile, say, signal }: WaitOptions): Promise<void> {
  const ending = new AbortController();
  const said = new Set<string>();
  let missing: string[] = [];
  const onChange = (objects: Snapshot) => {
    for (const line of warnings(objects)) {
      if (!said.has(line)) say(line);
      said.add(line);
    }
    missing = missingIn(objects);
  };
  try {
    const objects = await watchObjects({
      client: api,
      selections,
      onChange,
      signal: AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]),
    });
    for (const deadline = performance.now() + PATIENCE_MS; ; await delay(POLL_MS)) {
      signal?.throwIfAborted();
      const unserved = missing.length > 0 ? missing : await missingProcesses(objects, runFile);
      if (unserved.length + missing.length === 0) return;
      if (performance.now() > deadline) throw new LoopwayError("E_TIMEOUT", { seconds: PATIENCE_MS / 1000, reason: unserved.join("; ") });
    }
  } finally {
    ending.abort();
  }
}

/** What is missing at this moment. */
export async function readMissing(api: ApiClient, runFile: RunFile): Promise<string[]> {
  const ending = new AbortController();
  try {
    const objects = await watchObjects({ client: api, selections, onChange: () => undefined, signal: ending.signal });
    const missing = missingIn(objects);
    return missing.length > 0 ? missing : await missingProcesses(objects, runFile);
  } finally {
    ending.abort();
  }
}

/** One line for each that is to serve and does not yet. */
export function notServing(processes: readonly RunningProcess[]): string[] {
  return processes
    .filter(({ state }) => state !== "ready" && state !== "draining")
    .map(({ kind, name, state, lastEnd }) => `${kind} ${name}: ${lastEnd ?? state}`);
}

async function missingProcesses(objects: Snapshot, runFile: RunFile): Promise<string[]> {
  const { processes } = await readProcesses(runFile);
  return [...notServing(processes), ...notStarted(objects, processes)];
}

/** The store may speak of an earlier life of the region, in which everything was well. */
function notStarted(objects: Snapshot, processes: readonly RunningProcess[]): string[] {
  const started = new Set(processes.map(({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`)));
  const loadBalancers = objects.list<LoadBalancer>("LoadBalancer").filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const ready = [...objects.list<Node>("Node"), ...objects.list<Pod>("Pod")].filter(({ status }) => isReady(status?.conditions));
  return [...loadBalancers, ...ready]
    .filter((object) => !started.has(objectKey(object)))
    .map((object) => `${object.kind} ${objectKey(object)}: its process has not been started yet`);
}

function isReady(conditions: readonly Condition[] = []): boolean {
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

function missingIn(objects: Snapshot): string[] {
  const deployments = objects.list<Deployment>("Deployment").flatMap((deployment) => {
    const wanted = deployment.spec.replicas ?? 1;
    const available = deployment.status?.availableReplicas ?? 0;
    const observed = deployment.status?.observedGeneration === deployment.metadata.generation;
    return observed && available >= wanted ? [] : [`deployment ${objectKey(deployment)}: ${available} of ${wanted} pods available`];
  });
  const targetGroups = objects.list<TargetGroup>("TargetGroup").flatMap((group) => {
    const hasTargets = (group.spec.targets ?? []).length > 0;
    const isHealthy = group.status?.targetHealthDescriptions?.some(({ targetHealth }) => targetHealth.state === "healthy");
    return !hasTargets || isHealthy === true ? [] : [`target group ${group.metadata.name}: no healthy target yet`];
  });
  const ingresses = objects.list<Ingress>("Ingress").flatMap((ingress) => {
    const hasAddress = (ingress.status?.loadBalancer?.ingress ?? []).length > 0;
    return hasAddress || isExplained(ingress, objects) ? [] : [`ingress ${objectKey(ingress)}: no load balancer yet`];
  });
  return [...deployments, ...targetGroups, ...ingresses];
}

/** A Warning on an Ingress without an address says why it has none; nothing more is to be waited for. */
function isExplained(ingress: Ingress, objects: Snapshot): boolean {
  return objects
    .list<KubeEvent>("Event")
    .some(({ involvedObject: about, reason }) => about.uid === ingress.metadata.uid && reason !== "SuccessfullyReconciled");
}

function warnings(objects: Snapshot): string[] {
  return objects
    .list<KubeEvent>("Event")
    .filter(
      ({ type, reason, involvedObject: { kind } }) =>
        type === "Warning" && (kind === "Ingress" || kind === "Service" || reason === EXEC_REFUSED),
    )
    .map(({ involvedObject: about, reason, message }) => `warning: ${about.kind} ${about.namespace}/${about.name}: ${reason}: ${message}`);
}
