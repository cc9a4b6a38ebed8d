// A cluster as a value that runs in virtual time: objects go in, controllers run until nothing is due. Each controller has a loop of its own,
// and the first that has work goes first: what a later one builds on is then there, and each key is looked at less often. Events are told to
// the caller and not stored, so that no limit drops one.
import {
  type ApiFailure,
  type Change,
  type Controller,
  type ControllerLoop,
  type ControllerSettings,
  createCluster,
  createObject,
  type Draft,
  emptyState,
  enqueueEvents,
  hasReadyWork,
  isFailure,
  nextWork,
  nextWorkAt,
  reconcile,
  type Snapshot,
  type StoreEvent,
  type StoreState,
  startLoop,
  transact,
  updateObject,
  updateStatus,
} from "@loopway/kube";
import { type KubeObject, objectKey } from "@loopway/model";

type EventChange = Extract<Change, { op: "event" }>;

export interface WorldOptions {
  /** Those first that the others build on. */
  controllers: readonly Controller[];
  settings: ControllerSettings;
  now: number;
  seed: number;
  /** Every Event that a controller writes; the same one may come again. */
  onEvent(event: EventChange): void;
  /** A defect of ours: the controller could not look at this key. */
  onPanic(controller: string, key: string, error: unknown): void;
}

interface Due {
  loop: ControllerLoop;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

/** Long enough for every minReadySeconds and progress deadline that people write. */
const HORIZON_MS = 3_600_000;
/** As if a node were a whole cluster: manifests are looked at, not machines. */
const PODS_PER_NODE = 10_000;
/** Two controllers that undo each other's work would run for ever; no input known comes near. */
const STEPS_PER_OBJECT = 200;

export class World {
  now: number;
  #state: StoreState = emptyState();
  #uids = 0;
  #uidOfNext: string | undefined;
  readonly #options: WorldOptions;
  readonly #loops: readonly ControllerLoop[];
  /** By the kind they watch, in their order. */
  readonly #watching = new Map<string, ControllerLoop[]>();
  readonly random: () => number;
  readonly #panicked = new Set<string>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.now = options.now;
    this.random = xorShift(options.seed);
    this.#loops = options.controllers.map((controller) => startLoop([tellingEvents(controller, options.onEvent)]));
    for (const [index, { watches }] of options.controllers.entries())
      for (const kind of new Set(watches.map((watch) => watch.kind)))
        this.#watching.set(kind, [...(this.#watching.get(kind) ?? []), this.#loops[index] as ControllerLoop]);
    this.#write((draft) => {
      createCluster(draft, options.settings.plan, { podsPerNode: PODS_PER_NODE });
      return undefined;
    });
  }

  get snapshot(): Snapshot {
    return this.#state.objects;
  }

  /**
   * One transaction. An object that is there already, as the class `alb` is in a new cluster, is replaced. Uids follow from names, so that
   * what is named after one stays the same when something else changes.
   */
  create(objects: readonly KubeObject[]): void {
    this.#write((draft) => {
      for (const object of objects) {
        this.#uidOfNext = `uid-${object.kind}-${objectKey(object)}`;
        const { kind, metadata } = object;
        const isKnown = draft.objects.get(kind, metadata.namespace, metadata.name) !== undefined;
        const written = isKnown ? updateObject(draft, object) : createObject(draft, object);
        if (isFailure(written)) return written;
      }
      return undefined;
    });
    this.#uidOfNext = undefined;
  }

  /** One transaction. */
  writeStatuses(objects: readonly KubeObject[]): void {
    this.#write((draft) => objects.map((object) => updateStatus(draft, object)).find(isFailure));
  }

  #write(write: (draft: Draft) => ApiFailure | undefined): void {
    const written = transact(this.#state, this.#context(), write);
    if (isFailure(written)) throw new Error(written.message);
    this.#state = written.state;
    this.#enqueue(written.events, written.state.objects);
  }

  /** For every loop that watches; `except` has been told. */
  #enqueue(events: readonly StoreEvent[], snapshot: Snapshot, except?: ControllerLoop): void {
    for (const event of events)
      for (const loop of this.#watching.get(event.object.kind) ?? []) if (loop !== except) enqueueEvents(loop, [event], snapshot);
  }

  /** Until nothing is due, now or within the next hour of virtual time. */
  settle(): void {
    const start = this.now;
    let stepsLeft = STEPS_PER_OBJECT * (1 + countOf(this.#state));
    for (let next = this.#nextDue(); next !== undefined; next = this.#nextDue()) {
      if (next.dueAt - start > HORIZON_MS || stepsLeft-- <= 0) return;
      this.now = Math.max(this.now, next.dueAt);
      this.#step(next.loop);
    }
  }

  #nextDue(): Due | undefined {
    const ready = this.#loops.find((loop) => hasReadyWork(loop));
    if (ready !== undefined) return { loop: ready, dueAt: this.now };
    const later = this.#loops.flatMap((loop) => {
      const dueAt = nextWorkAt(loop, this.now);
      return dueAt === undefined ? [] : [{ loop, dueAt }];
    });
    return later.sort((left, right) => left.dueAt - right.dueAt)[0];
  }

  #step(loop: ControllerLoop): void {
    const work = nextWork(loop, this.now);
    if (work === undefined) return;
    const { settings, onPanic } = this.#options;
    const result = reconcile(loop, work, { state: this.#state, context: this.#context(), settings });
    if (result.kind === "done") {
      this.#state = result.state;
      this.#enqueue(result.events, result.state.objects, loop);
    }
    const item = `${work.controller.name} ${work.key}`;
    if (result.kind !== "panicked" || this.#panicked.has(item)) return;
    this.#panicked.add(item);
    onPanic(work.controller.name, work.key, result.error);
  }

  #context() {
    return { now: this.now, random: this.random, newUid: () => this.#uidOfNext ?? `uid-${++this.#uids}`, inPlace: true };
  }
}

function tellingEvents(controller: Controller, onEvent: WorldOptions["onEvent"]): Controller {
  return {
    ...controller,
    reconcile(input) {
      const { changes, ...rest } = controller.reconcile(input);
      const kept: Change[] = [];
      for (const change of changes) {
        if (change.op === "event") onEvent(change);
        else kept.push(change);
      }
      return { ...rest, changes: kept };
    },
  };
}

function countOf({ objects }: StoreState): number {
  return objects.kinds().reduce((sum, kind) => sum + objects.count(kind), 0);
}

/** Marsaglia's xorshift32. Uniform in [0, 1). */
function xorShift(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
