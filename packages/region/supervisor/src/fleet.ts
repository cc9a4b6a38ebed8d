// The processes of an instance: what is wished for against what runs.
//
//              want          a slot is free        "ready"
//   (absent) ───────▶ queued ─────────────▶ starting ─────▶ ready
//                       ▲  ▲                   │ ends        │ ends by itself
//                       │  └──── waiting ◀─────┴─────────────┘
//                       │    (restart delay)
//                       └─ still wished ── draining ◀── no longer wished: SIGTERM, after the limit SIGKILL
//
// A member that is neither wished for nor running is forgotten.
import type { Binding } from "@loopway/hop-kit";
import { type Announcement, bindingKey, type ErrorCode, errors, formatError } from "@loopway/model";
import type { Child, Exit } from "./child.ts";
import { failuresAfter, HOP_RESTARTS, POD_RESTARTS, restartDelayMs } from "./restart-policy.ts";
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
  /** Why it last ended by itself. */
  lastEnd?: string | undefined;
  timer?: NodeJS.Timeout | undefined;
}

export type FleetEvent =
  | { type: "starting" | "ready" | "bound"; member: Member }
  /** `isFinal`: it was told to end, and is forgotten. */
  | { type: "ended"; member: Member; exit: Exit; isFinal: boolean; failed?: Announcement & { type: "failed" } };

export interface FleetOptions {
  launch(wish: ProcessWish, previous: readonly Binding[], on: LaunchEvents): Child;
  onEvent(event: FleetEvent): void;
  /** How long a process may drain before it is killed, in milliseconds. */
  drainLimitMs(wish: ProcessWish): number;
}

export interface LaunchEvents {
  onAnnouncement(announcement: Announcement): void;
  onExit(exit: Exit): void;
}

export interface Fleet {
  /** Level-triggered: all processes that are to run. */
  want(wishes: readonly ProcessWish[]): void;
  members(): readonly Member[];
  /** Ends all of a kind and resolves when they are gone: by SIGTERM, and by SIGKILL after the limit (0: at once). */
  end(chosen: (wish: ProcessWish) => boolean, limitMs: number): Promise<void>;
}

/** Two cores: a third process waits for the disk or the API while two start. A slot is free again when its process is ready, or after this time. */
const START_SLOTS = 3;
const SLOT_MS = 250;

export function createFleet({ launch, onEvent, drainLimitMs }: FleetOptions): Fleet {
  const members = new Map<string, Member>();
  const starting = new Set<Member>();
  const wished = new Map<string, ProcessWish>();

  const enter = (member: Member, state: MemberState) => {
    clearTimeout(member.timer);
    member.timer = undefined;
    member.state = state;
    member.sinceMs = Date.now();
  };
  const freeSlot = (member: Member) => {
    if (starting.delete(member)) startQueued();
  };
  const startQueued = () => {
    const queued = [...members.values()].filter(({ state }) => state === "queued").sort((a, b) => a.wish.order - b.wish.order);
    for (const member of queued.slice(0, Math.max(0, START_SLOTS - starting.size))) start(member);
  };
  const start = (member: Member) => {
    enter(member, "starting");
    starting.add(member);
    setTimeout(() => freeSlot(member), SLOT_MS).unref();
    member.startedMs = Date.now();
    member.announced = new Set();
    let failed: (Announcement & { type: "failed" }) | undefined;
    let wasReady = false;
    member.child = launch(member.wish, [...member.bindings.values()], {
      onAnnouncement: (announcement) => {
        if (announcement.type === "failed") failed = announcement;
        else if (announcement.type === "bound") bound(member, announcement);
        else {
          wasReady = true;
          if (member.state === "starting") enter(member, "ready");
          freeSlot(member);
          onEvent({ type: "ready", member });
        }
      },
      onExit: (exit) => ended(member, exit, { failed, wasReady }),
    });
    onEvent({ type: "starting", member });
  };
  const bound = (member: Member, { protocol, virtual, bound: real }: Announcement & { type: "bound" }) => {
    if (real.address === virtual.address && real.port === virtual.port) return;
    const key = bindingKey(protocol, virtual);
    member.bindings.set(key, { protocol, virtual, bound: real });
    member.announced.add(key);
    onEvent({ type: "bound", member });
  };
  const ended = (
    member: Member,
    exit: Exit,
    { failed, wasReady }: { failed: (Announcement & { type: "failed" }) | undefined; wasReady: boolean },
  ) => {
    freeSlot(member);
    member.child = undefined;
    member.lastEnd = formatEnd(exit, failed);
    const isFinal = member.state === "draining";
    if (isFinal) {
      clearTimeout(member.timer);
      members.delete(member.wish.key);
    } else {
      const policy = member.wish.kind === "pod" ? POD_RESTARTS : HOP_RESTARTS;
      member.failures = failuresAfter(policy, member.failures, { lifeMs: Date.now() - member.startedMs, wasReady, signal: exit.signal });
      member.restarts++;
      enter(member, "waiting");
      member.timer = setTimeout(() => queue(member), restartDelayMs(policy, member.failures));
    }
    onEvent({ type: "ended", member, exit, isFinal, ...(failed === undefined ? {} : { failed }) });
    // Wished for again while it drained: the next life begins when the last one is over.
    const wish = wished.get(member.wish.key);
    if (isFinal && wish !== undefined) add(wish);
  };
  const queue = (member: Member) => {
    enter(member, "queued");
    startQueued();
  };
  const add = (wish: ProcessWish) => {
    const member: Member = {
      wish,
      state: "queued",
      bindings: new Map(),
      announced: new Set(),
      restarts: 0,
      failures: 0,
      sinceMs: Date.now(),
      startedMs: 0,
    };
    members.set(wish.key, member);
    startQueued();
  };
  const drain = (member: Member, limitMs: number) => {
    if (member.child === undefined) {
      clearTimeout(member.timer);
      members.delete(member.wish.key);
      onEvent({ type: "ended", member, exit: { code: null, signal: null }, isFinal: true });
      return;
    }
    enter(member, "draining");
    member.child.kill(limitMs === 0 ? "SIGKILL" : "SIGTERM");
    member.timer = setTimeout(() => member.child?.kill("SIGKILL"), limitMs);
  };

  return {
    want: (wishes) => {
      wished.clear();
      for (const wish of wishes) wished.set(wish.key, wish);
      for (const member of [...members.values()]) {
        if (!wished.has(member.wish.key) && member.state !== "draining") drain(member, drainLimitMs(member.wish));
      }
      for (const wish of wishes) {
        const member = members.get(wish.key);
        if (member === undefined) add(wish);
        // The next life begins with the newest settings.
        else if (member.state !== "draining") member.wish = wish;
      }
    },
    members: () => [...members.values()],
    end: async (chosen, limitMs) => {
      const ending = [...members.values()].filter(({ wish }) => chosen(wish));
      for (const { wish } of ending) wished.delete(wish.key);
      for (const member of ending) drain(member, limitMs);
      while (ending.some(({ child }) => child !== undefined)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

function formatEnd({ code, signal }: Exit, failed: (Announcement & { type: "failed" }) | undefined): string {
  if (failed !== undefined)
    return failed.code in errors ? formatError(failed.code as ErrorCode, failed.values) : `${failed.code} ${JSON.stringify(failed.values)}`;
  if (code === -1) return "it could not be started";
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
