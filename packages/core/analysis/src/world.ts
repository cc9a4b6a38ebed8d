// A cluster as a value that runs in virtual time: objects go in, controllers run until nothing is due. The first that has work goes first:
// what a later one builds on is then there, and each key is looked at less often. Events are told to the caller and not stored, so that no
// limit drops one.
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
  isFailure,
  nextWork,
  nextWorkAt,
  reconcile,
  type Snapshot,
  type StoreState,
  startLoop,
  transact,
  updateObject,
  updateStatus,
  type WriteContext,
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

/** Long enough for every minReadySeconds and progress deadline that people write. */
const HORIZON_MS = 3_600_000;
/** As if a node were a whole cluster: manifests are looked at, not machines. */
const PODS_PER_NODE = 10_000;
/** Two controllers that undo each other's work would run for ever; no input known comes near. */
const STEPS_PER_OBJECT = 200;

export class World {
  #state: StoreState = emptyState();
  #context: WriteContext;
  #uids = 0;
  #uidOfNext: string | undefined;
  readonly #options: WorldOptions;
  readonly #loop: ControllerLoop;
  readonly #panicked = new Set<string>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#context = {
      now: options.now,
      random: xorShift(options.seed),
      newUid: () => this.#uidOfNext ?? `uid-${++this.#uids}`,
      inPlace: true,
    };
    this.#loop = startLoop(
      options.controllers.map((controller) => tellingEvents(controller, options.onEvent)),
      { inOrder: true },
    );
    this.#write((draft) => {
      createCluster(draft, options.settings.plan, { podsPerNode: PODS_PER_NODE });
      return undefined;
    });
  }

  get snapshot(): Snapshot {
    return this.#state.objects;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#context.now;
  }

  get random(): () => number {
    return this.#context.random;
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
    const written = transact(this.#state, this.#context, write);
    if (isFailure(written)) throw new Error(written.message);
    this.#state = written.state;
    enqueueEvents(this.#loop, written.events, this.snapshot);
  }

  /** Until nothing is due, now or within the next hour of virtual time. */
  settle(): void {
    const start = this.now;
    let stepsLeft = STEPS_PER_OBJECT * (1 + countOf(this.#state));
    for (let dueAt = nextWorkAt(this.#loop, start); dueAt !== undefined; dueAt = nextWorkAt(this.#loop, this.now)) {
      if (dueAt - start > HORIZON_MS || stepsLeft-- <= 0) return;
      if (dueAt > this.now) this.#context = { ...this.#context, now: dueAt };
      this.#step();
    }
  }

  #step(): void {
    const work = nextWork(this.#loop, this.now);
    if (work === undefined) return;
    const { settings, onPanic } = this.#options;
    const result = reconcile(this.#loop, work, { state: this.#state, context: this.#context, settings });
    if (result.kind === "done") this.#state = result.state;
    if (result.kind !== "panicked") return;
    const item = `${work.controller.name} ${work.key}`;
    if (this.#panicked.has(item)) return;
    this.#panicked.add(item);
    onPanic(work.controller.name, work.key, result.error);
  }
}

function tellingEvents(controller: Controller, onEvent: WorldOptions["onEvent"]): Controller {
  return {
    ...controller,
    reconcile(input) {
      const result = controller.reconcile(input);
      const isEvent = (change: Change) => change.op === "event";
      if (!result.changes.some(isEvent)) return result;
      for (const change of result.changes) if (change.op === "event") onEvent(change);
      return { ...result, changes: result.changes.filter((change) => !isEvent(change)) };
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
