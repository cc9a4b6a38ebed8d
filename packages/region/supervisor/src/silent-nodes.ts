// Where every node has a supervisor of its own, the control plane's watches over them: a node whose supervisor does not accept a connection
// is silent, and after the grace period it is no longer Ready. That it is Ready again, its own supervisor says (node-watch.ts).
import { connect } from "node:net";
import { type ApiClient, createStatusWriter } from "@loopway/hop-kit";
import type { Snapshot } from "@loopway/kube";
import type { Node } from "@loopway/model";
import { DEFAULT_GRACE_MS, isKnownLost, POLL_MS, withReady } from "./node-watch.ts";

interface SilentNodesOptions {
  client: ApiClient;
  /** Path of the unix socket on which a node's supervisor answers. */
  socketOf(nodeName: string): string;
  /** Milliseconds without a sign of life until a node counts as lost; 40 s unless given. */
  graceMs: number | undefined;
}

export class SilentNodes {
  readonly #options: SilentNodesOptions;
  readonly #ending = new AbortController();
  readonly #writeStatus: ReturnType<typeof createStatusWriter>;
  /** By name: since when, in milliseconds since the epoch. */
  readonly #silent = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #nodes: readonly Node[] = [];

  constructor(options: SilentNodesOptions) {
    this.#options = options;
    this.#writeStatus = createStatusWriter(options.client, this.#ending.signal);
    const poll = () => {
      for (const node of this.#nodes) void this.#check(node);
    };
    this.#timer = setInterval(poll, Math.min(POLL_MS, (options.graceMs ?? DEFAULT_GRACE_MS) / 4));
    this.#timer.unref();
  }

  follow(objects: Snapshot): void {
    this.#nodes = objects.list<Node>("Node");
  }

  stop(): void {
    this.#ending.abort();
    clearInterval(this.#timer);
  }

  async #check(node: Node): Promise<void> {
    const { name } = node.metadata;
    const isAlive = await accepts(this.#options.socketOf(name));
    const now = Date.now();
    if (isAlive) this.#silent.delete(name);
    else if (!this.#silent.has(name)) this.#silent.set(name, now);
    const since = this.#silent.get(name);
    const isLost = since !== undefined && now - since >= (this.#options.graceMs ?? DEFAULT_GRACE_MS);
    if (isLost && !isKnownLost(node)) this.#writeStatus(node, { conditions: withReady(node, true, now) });
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (isAccepted: boolean) => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}
