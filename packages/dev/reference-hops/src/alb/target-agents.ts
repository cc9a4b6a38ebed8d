import { Agent } from "node:http";

interface Entry {
  agent: Agent;
  openedMs: number;
}

/** Kept-alive connections by target; those of one target are replaced together every `lifetimeMs`, as ours are one by one. */
export class TargetAgents {
  readonly #lifetimeMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  get(key: string, nowMs: number): Agent {
    const entry = this.#entries.get(key);
    if (entry !== undefined && nowMs - entry.openedMs < this.#lifetimeMs) return entry.agent;
    if (entry !== undefined) retire(entry.agent);
    const agent = new Agent({ keepAlive: true });
    this.#entries.set(key, { agent, openedMs: nowMs });
    return agent;
  }

  /** Idle connections end now, busy ones after their response. */
  close(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) retire(entry.agent);
  }

  abort(key: string): void {
    this.#entries.get(key)?.agent.destroy();
    this.#entries.delete(key);
  }

  closeAll(): void {
    for (const { agent } of this.#entries.values()) agent.destroy();
  }
}

function retire(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}
