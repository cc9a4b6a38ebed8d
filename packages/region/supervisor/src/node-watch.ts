// Which nodes are lost. A node's kube-proxy stands for the node: while that process is suspended (SIGSTOP), nothing on the node does
// anything, its kubelet included, and after the grace period the node is no longer Ready. Kubernetes, "Nodes", heartbeats: the node
// controller's --node-monitor-grace-period. One that is killed is started again at once: a node that reboots.
import { readFileSync } from "node:fs";
import { type ApiClient, createStatusWriter } from "@loopway/hop-kit";
import { formatTimestamp, type Snapshot } from "@loopway/kube";
import type { Condition, Node } from "@loopway/model";
import type { Member } from "./fleet.ts";

interface NodeWatchOptions {
  client: ApiClient;
  members(): readonly Member[];
  /** Milliseconds without a sign of life until a node counts as lost; 40 s unless given. */
  graceMs: number | undefined;
  /** A node does its work again. */
  onResume(): void;
}

export const DEFAULT_GRACE_MS = 40_000;
export const POLL_MS = 1_000;

export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #ending = new AbortController();
  readonly #writeStatus: ReturnType<typeof createStatusWriter>;
  /** By name: since when, in milliseconds since the epoch. */
  readonly #suspended = new Map<string, number>();
  #nodes: readonly Node[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(options: NodeWatchOptions) {
    this.#options = options;
    this.#writeStatus = createStatusWriter(options.client, this.#ending.signal);
    this.#timer = setInterval(() => this.#poll(), Math.min(POLL_MS, (options.graceMs ?? DEFAULT_GRACE_MS) / 4));
    this.#timer.unref();
  }

  follow(objects: Snapshot): void {
    this.#nodes = objects.list<Node>("Node");
  }

  /** Known with a delay of up to one poll, in which no probe of its pods can fail for good. */
  isSuspended(nodeName: string): boolean {
    return this.#suspended.has(nodeName);
  }

  stop(): void {
    this.#ending.abort();
    clearInterval(this.#timer);
  }

  #poll(): void {
    const now = Date.now();
    for (const node of this.#nodes) {
      const { name } = node.metadata;
      const isStopped = this.#options
        .members()
        .some(({ wish, child }) => wish.key === `kube-proxy ${name}` && isStoppedProcess(child?.pid));
      if (!isStopped && this.#suspended.delete(name)) this.#options.onResume();
      if (isStopped && !this.#suspended.has(name)) this.#suspended.set(name, now);
      const since = this.#suspended.get(name);
      const isLost = since !== undefined && now - since >= (this.#options.graceMs ?? DEFAULT_GRACE_MS);
      if (isLost === isKnownLost(node) || (since !== undefined && !isLost)) continue;
      this.#writeStatus(node, { conditions: withReady(node, isLost, now) });
    }
  }
}

export function isKnownLost({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "Unknown") === true;
}

/** Node controller and kubelet, in their own words. */
export function withReady({ status }: Node, isLost: boolean, now: number): Condition[] {
  const lost = { status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." } as const;
  const alive = { status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" } as const;
  const others = (status?.conditions ?? []).filter(({ type }) => type !== "Ready");
  return [...others, { type: "Ready", ...(isLost ? lost : alive), lastTransitionTime: formatTimestamp(now) }];
}

/** proc(5): the state is the first field behind the name in parentheses; T is stopped by a signal. Elsewhere than on Linux nothing is known. */
function isStoppedProcess(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).startsWith("T");
  } catch {
    return false;
  }
}
