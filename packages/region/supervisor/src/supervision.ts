import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ApiClient, BINDINGS_SETTING, type Binding, clockOriginUs, createApiClient, log, watchObjects } from "@loopway/hop-kit";
import { CRASH_LOOP, EXEC_ANNOTATION, ObjectCache, type Snapshot } from "@loopway/kube";
import type { AddressBinding, ApiEndpoint, Pod, ProcessConfig, ProcessKind, Timings } from "@loopway/model";
import { type Child, startChild } from "./child.ts";
import type { SupervisorConfig } from "./config.ts";
import { Fleet, type FleetEvent, type LaunchEvents, type Member } from "./fleet.ts";
import { Kubelet } from "./kubelet.ts";
import { type Layout, supervisorSocketName } from "./layout.ts";
import { NodeWatch } from "./node-watch.ts";
import { kubeletObjects, ownsState, partName } from "./part.ts";
import { type BindingChanges, createBindingPublisher, diffBindings, recordedBindings } from "./publish-bindings.ts";
import { desiredProcesses, watchedKinds } from "./registry.ts";
import { hopRestartInMs } from "./restart-policy.ts";
import { SilentNodes } from "./silent-nodes.ts";
import type { ProcessWish } from "./wish.ts";

interface SuperviseOptions {
  config: SupervisorConfig;
  layout: Layout;
  onEvent(event: FleetEvent): void;
}

/** A pod may serve until its deregistration is done, which AWS lets take up to 300 s (deregistration_delay.timeout_seconds). */
const POD_DRAIN_MS = 300_000;
/** A load balancer or node that was deleted owes nothing but the requests in flight. */
const DRAIN_MS = 5_000;
const DEFAULT_GRACE_S = 30;
/** With pods that end as servers end, the load balancer learns of it as late as AWS's: without the delay there is no race to see. */
const REAL_TIMINGS: Timings = { "target-propagation": 1_000 };
const STOP_HOPS_MS = 2_000;
const STOP_REGION_MS = 700;

/** Runs what the objects call for, as long as it is not stopped. Without the API everything stays as it is. */
export class Supervision {
  readonly #options: SuperviseOptions;
  readonly #client: ApiClient;
  readonly #fleet: Fleet;
  readonly #kubelet: Kubelet;
  readonly #nodes: NodeWatch;
  readonly #silentNodes: SilentNodes | undefined;
  readonly #publishBindings: () => void;
  readonly #api: ApiEndpoint;
  readonly #sockets: { [kind in ProcessKind]?: string };
  readonly #clockOriginUs = clockOriginUs();
  readonly #ending = new AbortController();
  #snapshot: Snapshot | undefined;
  #followTimer: NodeJS.Immediate | undefined;

  constructor(options: SuperviseOptions) {
    const { config, layout } = options;
    this.#options = options;
    this.#sockets = { "control-plane": layout.apiSocket, collector: layout.collectorSocket };
    this.#api = { server: `unix:${layout.apiSocket}` };
    this.#client = createApiClient(this.#api);
    const { timings = {} } = config;
    this.#nodes = new NodeWatch({
      client: this.#client,
      members: () => this.#fleet.members(),
      graceMs: timings["node-grace"],
      onResume: () => this.#followSoon(),
    });
    if (config.part !== undefined && ownsState(config.part)) {
      const socketOf = (node: string) => join(layout.runDir, supervisorSocketName({ node }));
      this.#silentNodes = new SilentNodes({ client: this.#client, socketOf, graceMs: timings["node-grace"] });
    }
    this.#kubelet = new Kubelet({
      client: this.#client,
      probesFromNode: config.addresses === "identity",
      backOff: { ...CRASH_LOOP, firstMs: timings["crash-loop"] ?? CRASH_LOOP.firstMs },
      isSuspended: (nodeName) => this.#nodes.isSuspended(nodeName),
      allowsExec: config.allowExec === true,
      onWish: () => this.#followSoon(),
      kill: (key) => this.#fleet.kill(key, config.realTermination === true ? DEFAULT_GRACE_S * 1000 : 0),
    });
    this.#publishBindings = createBindingPublisher(this.#client, () => this.#bindingChanges());
    this.#fleet = new Fleet({
      launch: (wish, previous, on) => this.#launch(wish, previous, on),
      drainLimitMs: ({ kind, settings }) => (kind === "pod" ? this.#podDrainMs(settings.pod as Pod) : DRAIN_MS),
      restartInMs: (member, exit) => (member.wish.kind === "pod" ? this.#kubelet.restartInMs(member, exit) : hopRestartInMs(member, exit)),
      onEvent: (event) => this.#onFleetEvent(event),
    });
  }

  start(): void {
    this.#fleet.want(desiredProcesses(new ObjectCache(), new Map(), this.#options.config.part));
    const selections = [...watchedKinds, "AddressBinding"].map((kind) => ({ kind }));
    const onChange = (objects: Snapshot) => this.#follow(objects);
    void watchObjects({ client: this.#client, selections, onChange, signal: this.#ending.signal });
  }

  members(): readonly Member[] {
    return this.#fleet.members();
  }

  /** Ends every process, the control plane last; within three seconds. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#kubelet.stop();
    this.#nodes.stop();
    this.#silentNodes?.stop();
    const isPod = ({ kind }: ProcessWish) => kind === "pod";
    const isRegion = ({ kind }: ProcessWish) => kind === "control-plane" || kind === "collector";
    await this.#fleet.end((wish) => !isPod(wish) && !isRegion(wish), STOP_HOPS_MS);
    // Nobody asks the pods any more: no deregistration to wait for.
    await this.#fleet.end(isPod, 0);
    await this.#fleet.end(isRegion, STOP_REGION_MS);
    this.#client.close();
  }

  /** Something other than an object has changed; once for all that changes in one turn. */
  #followSoon(): void {
    this.#followTimer ??= setImmediate(() => {
      this.#followTimer = undefined;
      if (this.#snapshot !== undefined && !this.#ending.signal.aborted) this.#follow(this.#snapshot);
    });
  }

  #follow(objects: Snapshot): void {
    this.#snapshot = objects;
    this.#silentNodes?.follow(objects);
    const { part } = this.#options.config;
    const ofKubelet = kubeletObjects(part, objects);
    this.#nodes.follow(ofKubelet);
    this.#fleet.want(desiredProcesses(objects, this.#kubelet.sync(ofKubelet), part));
    this.#kubelet.removeEnded(this.#fleet.members());
    this.#publishBindings();
  }

  #onFleetEvent(event: FleetEvent): void {
    const { kind, name } = event.member.wish;
    if (event.type === "ended" && !event.isFinal) log(`${kind} ${name} ended: ${event.member.lastEnd}`);
    this.#kubelet.onFleetEvent(event);
    this.#publishBindings();
    this.#options.onEvent(event);
  }

  #launch(wish: ProcessWish, previous: readonly Binding[], on: LaunchEvents): Child {
    const { config, layout } = this.#options;
    // A predecessor that was killed leaves its socket's file, and a bind to it would fail.
    const socket = this.#sockets[wish.kind];
    if (socket !== undefined) rmSync(socket, { force: true });
    return startChild({
      bundle: join(config.bundles ?? dirname(process.argv[1] ?? ""), `${config.standIns?.[wish.kind] ?? wish.kind}.cjs`),
      config: this.#processConfig(wish, previous.length > 0 ? previous : recordedBindings(this.#snapshot, wish.key)),
      logFile: join(layout.logsDir, `${logName(wish)}.log`),
      ...on,
    });
  }

  #processConfig({ kind, name, namespace, settings }: ProcessWish, bindings: readonly Binding[]): ProcessConfig {
    const { instance, addresses, strict, lbcVersion, quotas, realTermination, durable } = this.#options.config;
    const timings = { ...(realTermination === true ? REAL_TIMINGS : {}), ...this.#options.config.timings };
    const { stateDir, collectorSocket, supervisorSocket } = this.#options.layout;
    return {
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      instance,
      addresses,
      strict,
      api: this.#api,
      collectorSocket,
      stateDir,
      clockOriginUs: this.#clockOriginUs,
      settings: {
        ...settings,
        ...(kind === "control-plane" ? { lbcVersion, quotas, supervisorSocket, durable } : {}),
        ...(kind === "pod" ? { realTermination } : {}),
        timings,
        socket: this.#sockets[kind],
        [BINDINGS_SETTING]: bindings,
      },
    };
  }

  /** By courtesy a stub may serve on until its deregistration is done; else SIGKILL comes when the grace period ends. */
  #podDrainMs({ metadata, spec }: Pod): number {
    const killInMs = this.#kubelet.killInMs(metadata.uid ?? "") ?? (spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_S) * 1000;
    const isOwnProgram = metadata.annotations?.[EXEC_ANNOTATION] !== undefined;
    return isOwnProgram || this.#options.config.realTermination === true ? killInMs : Math.max(killInMs, POD_DRAIN_MS);
  }

  /** Before the first list nothing is known to be superfluous; at the end the objects stay, so that the next start takes the same ports. */
  #bindingChanges(): BindingChanges {
    if (this.#snapshot === undefined || this.#ending.signal.aborted) return { put: [], remove: [] };
    const { part } = this.#options.config;
    const observed = this.#snapshot.list<AddressBinding>("AddressBinding");
    return diffBindings(this.#fleet.members(), observed, part === undefined ? undefined : partName(part));
  }
}

function logName({ kind, name, namespace }: ProcessWish): string {
  if (kind === name) return kind;
  return namespace === undefined ? `${kind}-${name}` : `${kind}-${namespace}-${name}`;
}
