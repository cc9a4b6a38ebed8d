/**
 * Which endpoint a client had last, per Service port (Kubernetes, Service, sessionAffinity ClientIP). Every new connection refreshes it; it
 * is over when the client has been away for the time-out (iptables `recent --seconds --reap`).
 */
export class SessionAffinity {
  /** In the order of their last use, so that the oldest come first. */
  readonly #entries = new Map<string, { endpoint: string; expiresMs: number }>();

  get size(): number {
    return this.#entries.size;
  }

  /** `key`: Service port and client. Undefined where the client is new or was away for too long. */
  recall(key: string, nowMs: number): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresMs > nowMs) return entry?.endpoint;
    this.#entries.delete(key);
    return undefined;
  }

  /** Also forgets what is over among those longest unused. */
  remember(key: string, endpoint: string, { nowMs, timeoutMs }: { nowMs: number; timeoutMs: number }): void {
    this.#entries.delete(key);
    this.#entries.set(key, { endpoint, expiresMs: nowMs + timeoutMs });
    for (const [oldest, { expiresMs }] of this.#entries) {
      if (expiresMs > nowMs) break;
      this.#entries.delete(oldest);
    }
  }
}
