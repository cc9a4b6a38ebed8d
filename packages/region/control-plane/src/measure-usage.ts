// What metrics-server does: asks what pods use and keeps the answer as PodMetrics and NodeMetrics. Only when somebody wants to know: a request for
// metrics, or an autoscaler's period.
import { get } from "node:http";
import { formatFailure, log } from "@loopway/hop-kit";
import { createObject, type Draft, deleteObject, formatTimestamp, isFailure, updateObject } from "@loopway/kube";
import { timings as defaults, type KubeObject, type NodeMetrics, type PodMetrics, type Timings } from "@loopway/model";
import type { ApiStore } from "./store/api-store.ts";

/** As the supervisor answers `GET /usage`. */
interface Usage {
  pods: { namespace: string; name: string; node: string; containers: string[]; cpuCores: number; memoryBytes: number }[];
  windowMs: number;
}

/** Brings the metrics up to date; false where nobody can be asked. Calls at one time share one answer. */
export function createMeasure(store: ApiStore, supervisorSocket: string | undefined): () => Promise<boolean> {
  let underWay: Promise<boolean> | undefined;
  const measure = async () => {
    if (supervisorSocket === undefined) return false;
    const usage = await askUsage(supervisorSocket).catch((error: unknown) => {
      log(`asking what pods use: ${formatFailure(error)}`);
      return undefined;
    });
    if (usage === undefined) return false;
    const written = await store.write((draft) => writeMetrics(draft, usage));
    return !isFailure(written);
  };
  return () => {
    underWay ??= measure().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

export function measureForAutoscalers(store: ApiStore, measure: () => Promise<boolean>, timings: Timings = {}): NodeJS.Timeout {
  const periodMs = timings["autoscaler-sync"] ?? defaults["autoscaler-sync"];
  return setInterval(() => {
    if (store.newest().objects.list("HorizontalPodAutoscaler").length > 0) void measure();
  }, periodMs).unref();
}

function askUsage(socketPath: string): Promise<Usage> {
  return new Promise((resolve, reject) => {
    const asked = get({ socketPath, path: "/usage", agent: false, timeout: 5_000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve(JSON.parse(text) as Usage)).on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within five seconds"))).on("error", reject);
  });
}

function writeMetrics(draft: Draft, usage: Usage): void {
  const time = { timestamp: formatTimestamp(draft.context.now), window: `${Math.max(1, Math.round(usage.windowMs / 1000))}s` };
  const metrics = [...podMetrics(draft, usage, time), ...nodeMetrics(draft, usage, time)];
  for (const object of metrics) {
    const { kind, metadata } = object;
    if (draft.objects.get(kind, metadata.namespace, metadata.name) === undefined) createObject(draft, object);
    else updateObject(draft, object);
  }
  const kept = new Set(metrics.map(keyOf));
  for (const kind of ["PodMetrics", "NodeMetrics"]) {
    for (const object of draft.objects.list(kind))
      if (!kept.has(keyOf(object))) deleteObject(draft, { kind, ...object.metadata, uid: undefined });
  }
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

interface Time {
  timestamp: string;
  window: string;
}

/** One process runs all containers of a pod: its use is told of the first. */
function podMetrics(draft: Draft, { pods }: Usage, time: Time): PodMetrics[] {
  return pods.map(({ namespace, name, containers, ...used }) => {
    const labels = draft.objects.get("Pod", namespace, name)?.metadata.labels;
    return {
      apiVersion: "metrics.k8s.io/v1beta1",
      kind: "PodMetrics",
      metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
      ...time,
      containers: containers.map((container, index) => ({ name: container, usage: index === 0 ? quantities(used) : quantities(NOTHING) })),
    };
  });
}

const NOTHING = { cpuCores: 0, memoryBytes: 0 };

/** What its pods use together. */
function nodeMetrics(draft: Draft, { pods }: Usage, time: Time): NodeMetrics[] {
  return draft.objects.list("Node").map(({ metadata: { name } }) => {
    const own = pods.filter(({ node }) => node === name);
    const sum = own.reduce((total, each) => add(total, each), NOTHING);
    return { apiVersion: "metrics.k8s.io/v1beta1", kind: "NodeMetrics", metadata: { name }, ...time, usage: quantities(sum) };
  });
}

function add(left: typeof NOTHING, right: typeof NOTHING): typeof NOTHING {
  return { cpuCores: left.cpuCores + right.cpuCores, memoryBytes: left.memoryBytes + right.memoryBytes };
}

function quantities({ cpuCores, memoryBytes }: typeof NOTHING): Record<string, string> {
  return { cpu: `${Math.round(cpuCores * 1e9)}n`, memory: `${Math.round(memoryBytes / 1024)}Ki` };
}
