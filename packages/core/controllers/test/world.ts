/** A store, a clock that is set by hand, and controllers run to a fixed point over them. */
import {
  applyChanges,
  type Change,
  type Controller,
  type ControllerSettings,
  emptyState,
  enqueueEvents,
  isFailure,
  nextWork,
  nextWorkAt,
  reconcile,
  type StoreEvent,
  startLoop,
} from "@loopway/kube";
import { addressPlan, type KubeEvent, type KubeObject } from "@loopway/model";
import { seededRandom } from "@loopway/testkit";

export interface World {
  now: number;
  readonly settings: ControllerSettings;
  get<T extends KubeObject>(kind: string, name: string, namespace?: string): T | undefined;
  list<T extends KubeObject>(kind: string, namespace?: string): readonly T[];
  /** "reason: message" of the events about objects of the kind, in order of name. */
  eventsAbout(kind: string): string[];
  /** One transaction; throws where the store refuses it. */
  apply(...changes: Change[]): void;
  create(...objects: KubeObject[]): void;
  /** One reconcile of the next key that is due; false when none is. */
  step(): boolean;
  /** Until nothing is due. Then checks that every key that ever was due would change nothing if looked at once more. */
  settle(): void;
  /** Moves the clock to the next key that waits, and settles; false when none waits. */
  advance(): boolean;
}

const STEP_LIMIT = 20_000;

export function createWorld(controllers: readonly Controller[], { seed = 1, instance = 0 } = {}): World {
  const random = seededRandom(seed);
  const settings: ControllerSettings = { plan: addressPlan(instance), strict: false, serves: { https: false } };
  const loop = startLoop(controllers);
  const seen = new Map<string, { controller: Controller; key: string }>();
  let state = emptyState();
  let uids = 0;

  const context = () => ({ now: world.now, random, newUid: () => `uid-${++uids}` });
  const publish = (events: readonly StoreEvent[]) => enqueueEvents(loop, events, state.objects);
  const cannotSettle = () => new Error(`no fixed point after ${STEP_LIMIT} reconciles`);

  const world: World = {
    now: Date.parse("2026-01-01T00:00:00Z"),
    settings,
    get: (kind, name, namespace) => state.objects.get(kind, namespace, name),
    list: (kind, namespace) => state.objects.list(kind, namespace === undefined ? {} : { namespace }),
    eventsAbout(kind) {
      const events = state.objects.list<KubeEvent>("Event").filter(({ involvedObject }) => involvedObject.kind === kind);
      return events.map(({ reason, message }) => `${reason}: ${message}`);
    },
    apply(...changes) {
      const result = applyChanges(state, changes, context());
      if (isFailure(result)) throw new Error(JSON.stringify(result));
      state = result.state;
      publish(result.events);
    },
    create(...objects) {
      world.apply(...objects.map((object): Change => ({ op: "create", object })));
    },
    step() {
      const work = nextWork(loop, world.now);
      if (work === undefined) return false;
      seen.set(`${work.controller.name} ${work.key}`, work);
      const result = reconcile(loop, work, { state, context: context(), settings });
      if (result.kind === "panicked") throw result.error;
      if (result.kind === "failed") throw new Error(`${work.controller.name} ${work.key}: ${JSON.stringify(result.failure)}`);
      state = result.state;
      return true;
    },
    settle() {
      for (let steps = 0; world.step(); steps++) if (steps > STEP_LIMIT) throw cannotSettle();
      for (const { controller, key } of seen.values()) {
        const { changes } = controller.reconcile({ snapshot: state.objects, key, now: world.now, random, settings });
        if (changes.length > 0) throw new Error(`${controller.name} ${key} is not at rest: ${JSON.stringify(changes)}`);
      }
    },
    advance() {
      const dueAt = nextWorkAt(loop, world.now);
      if (dueAt === undefined) return false;
      world.now = Math.max(world.now, dueAt);
      world.settle();
      return true;
    },
  };
  return world;
}
