// The processes of an instance: what is wished for against what runs.
//
//              want          a slot is free        "ready"
//   (absent) ───────▶ queued ─────────────▶ starting ─────▶ ready
//                       ▲  ▲                   │ ends        │ ends by itself
//                       │  └──── waiting ◀─────┴─────────────┘
//                       │    (restart delay)
//                       └─ still wished ── draining ◀── no longer wished: SIGTERM, after the limit SIGKILL
//
// A member that is neither wished for nor running is forgotten, and so is one that ended by itself and is not to be started again.

import type { Binding } from "@loopway/hop-kit";
import type { Exit } from "@loopway/kube";
import { type Announcement, bindingKey, type ErrorCode, errors, formatError, type Metric } from "@loopway/model";
import type { Child } from "./child.ts";
import type { ProcessWish } from "./wish.ts";

export type MemberState = "queued" | "starting" | "ready" | "waiting" | "draining";

export interface Member {
  wish: ProcessWish;
  state: MemberState;
  child?: Child | undefined;
  /** What its latest process announced, by binding key; kept over a restart, so that the next one can take the same. */
  bindings: Map<string, Binding>;
  /** Binding keys that the present process has announced itself. */
  announced: Set<string>;
  restarts: number;
  failures: number;
  /** Milliseconds since the epoch: when the present state began, and the present process. */
  sinceMs: number;
  startedMs: number;
  /** Of the present process: it has said that it serves, or why it could not. */
  wasReady: boolean;
  /** CPU that its work counts for, in milliseconds, where it says so: what metrics show instead of what its process took. */
  workedMs?: number | undefined;
  /** Of the present process, as it last told them. */
  metrics?: readonly Metric[] | undefined;
  failed?: Failure | undefined;
  /** Why it last ended by itself. */
  lastEnd?: string | undefined;
  timer?: NodeJS.Timeout | undefined;
}

type Failure = Announcement & { type: "failed" };

export type FleetEvent =
  | { type: "starting" | "ready" | "bound"; member: Member }
  /** `isFinal`: it was told to end, and is forgotten. */
  | { type: "ended"; member: Member; exit: Exit; isFinal: boolean };

export interface FleetOptions {
  launch(wish: ProcessWish, previous: readonly Binding[], on: LaunchEvents): Child;
  onEvent(event: FleetEvent): void;
  /** How long a process may drain before it is killed, in milliseconds. */
  drainLimitMs(wish: ProcessWish): number;
  /** In how many milliseconds a process that ended by itself is to be started again; undefined: never. Asked once for each end. */
  restartInMs(member: Member, exit: Exit): number | undefined;
}

export interface LaunchEvents {
  onAnnouncement(announcement: Announcement): void;
  onExit(exit: Exit): void;
}

/** Two cores: a third process waits for the disk or the API while two start. A slot is free again when its process is ready, or after this time. */
const START_SLOTS = 3;
const SLOT_MS = 250;
const END_POLL_MS = 5;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  readonly #starting = new Set<Member>();
  readonly #wished = new Map<string, ProcessWish>();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Level-triggered: all processes that are to run. */
  want(wishes: readonly ProcessWish[]): void {
    this.#wished.clear();
    for (const wish of wishes) this.#wished.set(wish.key, wish);
    for (const member of this.members()) {
      if (!this.#wished.has(member.wish.key) && member.state !== "draining") this.#drain(member, this.#options.drainLimitMs(member.wish));
    }
    for (const wish of wishes) {
      const member = this.#members.get(wish.key);
      if (member === undefined) this.#add(wish);
      // The next life begins with the newest settings.
      else if (member.state !== "draining") member.wish = wish;
    }
  }

  /** Ends the chosen ones and resolves when they are gone: by SIGTERM, and by SIGKILL after the limit (0: at once). */
  async end(chosen: (wish: ProcessWish) => boolean, limitMs: number): Promise<void> {
    const ending = this.members().filter(({ wish }) => chosen(wish));
    for (const { wish } of ending) this.#wished.delete(wish.key);
    for (const member of ending) this.#drain(member, limitMs);
    while (ending.some(({ child }) => child !== undefined)) await new Promise((resolve) => setTimeout(resolve, END_POLL_MS));
  }

  /** Ends the present process of a member as if it had ended by itself: by SIGTERM, and by SIGKILL after the limit (0: at once). */
  kill(key: string, limitMs: number): void {
    const member = this.#members.get(key);
    if (member?.child === undefined || member.state === "draining") return;
    endChild(member, limitMs);
  }

  #add(wish: ProcessWish): void {
    const member: Member = {
      wish,
      state: "queued",
      bindings: new Map(),
      announced: new Set(),
      restarts: 0,
      failures: 0,
      sinceMs: Date.now(),
      startedMs: 0,
      wasReady: false,
    };
    this.#members.set(wish.key, member);
    this.#startQueued();
  }

  #startQueued(): void {
    const queued = this.members()
      .filter(({ state }) => state === "queued")
      .sort((a, b) => a.wish.order - b.wish.order);
    for (const member of queued.slice(0, Math.max(0, START_SLOTS - this.#starting.size))) this.#start(member);
  }

  #start(member: Member): void {
    enter(member, "starting");
    this.#starting.add(member);
    setTimeout(() => this.#freeSlot(member), SLOT_MS).unref();
    member.startedMs = Date.now();
    member.announced = new Set();
    member.wasReady = false;
    member.failed = undefined;
    member.workedMs = undefined;
    member.metrics = undefined;
    member.child = this.#options.launch(member.wish, [...member.bindings.values()], {
      onAnnouncement: (announcement) => this.#announced(member, announcement),
      onExit: (exit) => this.#ended(member, exit),
    });
    this.#options.onEvent({ type: "starting", member });
  }

  #freeSlot(member: Member): void {
    if (this.#starting.delete(member)) this.#startQueued();
  }

  #announced(member: Member, announcement: Announcement): void {
    if (announcement.type === "failed") {
      member.failed = announcement;
      return;
    }
    if (announcement.type === "worked") {
      member.workedMs = announcement.cpuMs;
      return;
    }
    if (announcement.type === "measured") {
      member.metrics = announcement.metrics;
      return;
    }
    if (announcement.type === "ready") {
      member.wasReady = true;
      if (member.state === "starting") enter(member, "ready");
      this.#freeSlot(member);
    } else {
      const { protocol, virtual, bound } = announcement;
      if (bound.address === virtual.address && bound.port === virtual.port) return;
      const key = bindingKey(protocol, virtual);
      member.bindings.set(key, { protocol, virtual, bound });
      member.announced.add(key);
    }
    this.#options.onEvent({ type: announcement.type, member });
  }

  #ended(member: Member, exit: Exit): void {
    member.child = undefined;
    member.lastEnd = formatEnd(exit, member.failed);
    const isFinal = member.state === "draining";
    const restartInMs = isFinal ? undefined : this.#options.restartInMs(member, exit);
    if (restartInMs === undefined) this.#forget(member);
    else this.#scheduleRestart(member, restartInMs);
    this.#freeSlot(member);
    this.#options.onEvent({ type: "ended", member, exit, isFinal });
    // Wished for again while it drained: the next life begins when the last one is over.
    const wish = this.#wished.get(member.wish.key);
    if (isFinal && wish !== undefined) this.#add(wish);
  }

  #scheduleRestart(member: Member, delayMs: number): void {
    member.restarts++;
    enter(member, "waiting");
    member.timer = setTimeout(() => {
      enter(member, "queued");
      this.#startQueued();
    }, delayMs);
  }

  #drain(member: Member, limitMs: number): void {
    if (member.child === undefined) {
      this.#forget(member);
      this.#options.onEvent({ type: "ended", member, exit: { code: null, signal: null }, isFinal: true });
      return;
    }
    enter(member, "draining");
    endChild(member, limitMs);
  }

  #forget(member: Member): void {
    clearTimeout(member.timer);
    this.#members.delete(member.wish.key);
  }
}

function endChild(member: Member, limitMs: number): void {
  clearTimeout(member.timer);
  member.child?.kill(limitMs === 0 ? "SIGKILL" : "SIGTERM");
  member.timer = setTimeout(() => member.child?.kill("SIGKILL"), limitMs);
}

function enter(member: Member, state: MemberState): void {
  clearTimeout(member.timer);
  member.timer = undefined;
  member.state = state;
  member.sinceMs = Date.now();
}

function formatEnd({ code, signal }: Exit, failed: Failure | undefined): string {
  if (failed !== undefined)
    return failed.code in errors ? formatError(failed.code as ErrorCode, failed.values) : `${failed.code} ${JSON.stringify(failed.values)}`;
  if (code === -1) return "it could not be started";
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
