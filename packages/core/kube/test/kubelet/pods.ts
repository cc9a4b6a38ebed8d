import type { Container, Pod } from "@loopway/model";
import {
  type BackOff,
  beginDueProbes,
  beginLife,
  exited,
  nextTickMs,
  type PodLife,
  probed,
  started,
  tick,
  wantsProcess,
} from "../../src/index.ts";

const policy: BackOff = { firstMs: 10_000, lastMs: 300_000, resetAfterMs: 600_000 };
export const web: Container = { name: "web", image: "web:1", ports: [{ name: "http", containerPort: 8080 }] };

export function pod(spec: Partial<Pod["spec"]> = {}, annotations: Record<string, string> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default", uid: "u", annotations },
    spec: { nodeName: "node-a", containers: [web], ...spec },
  };
}

/** A pod's life on a clock that only the test moves; every probe ends at once, as `answers` says. */
export class Node {
  now = 0;
  life: PodLife;
  /** Every probe made: "12 readiness". */
  readonly probes: string[] = [];
  /** By type of probe; true unless set. */
  answers: { [type: string]: boolean } = {};
  readonly pod: Pod;

  constructor(subject: Pod) {
    this.pod = subject;
    this.life = beginLife(subject, 0);
  }

  /** Looks at everything that is due up to then. */
  until(seconds: number): this {
    for (;;) {
      const next = nextTickMs(this.life);
      if (next === undefined || next > seconds * 1000) break;
      this.now = Math.max(this.now, next);
      this.#look();
    }
    this.now = seconds * 1000;
    return this;
  }

  serve(): this {
    this.life = started(this.life, this.pod, this.now);
    this.#look();
    return this;
  }

  exit(code: number | null, signal: string | null = null): this {
    const startedMs = this.life.stage.kind === "running" ? this.life.stage.sinceMs : this.now;
    const wasReady = this.life.stage.kind === "running";
    this.life = exited(this.life, this.pod, { exit: { code, signal }, startedMs, wasReady }, policy, this.now);
    return this;
  }

  isReady(): boolean {
    return [...this.life.probes.values()].every(({ isReady }) => isReady) && this.life.probes.size > 0;
  }

  wants(): boolean {
    return wantsProcess(this.life);
  }

  #look(): void {
    const { life, due } = beginDueProbes(tick(this.life, this.pod, policy, this.now), this.now);
    this.life = life;
    for (const { container, type } of due) {
      this.probes.push(`${this.now / 1000} ${type}`);
      const found = this.pod.spec.containers.find(({ name }) => name === container) ?? web;
      this.life = probed(this.life, found, { type, isSuccess: this.answers[type] ?? true }, this.now);
    }
  }
}
