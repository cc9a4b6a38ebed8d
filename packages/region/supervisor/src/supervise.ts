import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { BINDINGS_SETTING, type Binding, clockOriginUs, createApiClient, log, watchObjects } from "@loopway/hop-kit";
import { ObjectCache, type Snapshot } from "@loopway/kube";
import type { AddressBinding, ApiEndpoint, Pod, ProcessConfig, ProcessKind } from "@loopway/model";
import { startChild } from "./child.ts";
import type { SupervisorConfig } from "./config.ts";
import { Fleet, type FleetEvent, type Member } from "./fleet.ts";
import { Kubelet } from "./kubelet.ts";
import type { Layout } from "./layout.ts";
import { createBindingPublisher, diffBindings, recordedBindings } from "./publish-bindings.ts";
import { desiredProcesses, watchedKinds } from "./registry.ts";
import type { ProcessWish } from "./wish.ts";

export interface SuperviseOptions {
  config: SupervisorConfig;
  layout: Layout;
  onEvent(event: FleetEvent): void;
}

export interface Supervision {
  members(): readonly Member[];
  /** Ends every process, the control plane last; within three seconds. */
  stop(): Promise<void>;
}

/** A pod may serve until its deregistration is done, which AWS lets take up to 300 s (deregistration_delay.timeout_seconds). */
const POD_DRAIN_MS = 300_000;
/** A load balancer or node that was deleted owes nothing but the requests in flight. */
const DRAIN_MS = 5_000;
const DEFAULT_GRACE_S = 30;
/**
 * A small young generation (MB): 30 MB less for the example after 10,000 requests, for a tenth more CPU in a pod. The load balancer, whose
 * CPU per request counts, keeps node's own.
 */
const SMALL_HEAP = ["--max-semi-space-size=1"];
const STOP_HOPS_MS = 2_000;
const STOP_REGION_MS = 700;

/** Runs what the objects call for, as long as it is not stopped. Without the API everything stays as it is. */
export function supervise({ config, layout, onEvent }: SuperviseOptions): Supervision {
  const api: ApiEndpoint = { server: `unix:${layout.apiSocket}` };
  const client = createApiClient(api);
  const originUs = clockOriginUs();
  const sockets: { [kind in ProcessKind]?: string } = { "control-plane": layout.apiSocket, collector: layout.collectorSocket };
  const ending = new AbortController();
  let snapshot: Snapshot | undefined;

  const fleet = new Fleet({
    launch: (wish, previous, on) => {
      // A predecessor that was killed leaves its socket's file, and a bind to it would fail.
      const socket = sockets[wish.kind];
      if (socket !== undefined) rmSync(socket, { force: true });
      const bindings = previous.length > 0 ? previous : recordedBindings(snapshot, wish.key);
      return startChild({
        bundle: join(config.bundles ?? dirname(process.argv[1] ?? ""), `${wish.kind}.cjs`),
        nodeFlags: wish.kind === "alb" ? [] : SMALL_HEAP,
        config: processConfig(wish, bindings),
        logFile: join(layout.logsDir, `${logName(wish)}.log`),
        ...on,
      });
    },
    drainLimitMs: ({ kind, settings }) => (kind === "pod" ? podDrainMs(settings.pod as Pod) : DRAIN_MS),
    onEvent: (event) => {
      if (event.type === "ended" && !event.isFinal)
        log(`${event.member.wish.kind} ${event.member.wish.name} ended: ${event.member.lastEnd}`);
      kubelet.onFleetEvent(event);
      publishBindings();
      onEvent(event);
    },
  });
  const kubelet = new Kubelet(client, { probesFromNode: config.addresses === "identity" });
  const publishBindings = createBindingPublisher(client, () =>
    // Before the first list nothing is known to be superfluous; at the end the objects stay, so that the next start takes the same ports.
    snapshot === undefined || ending.signal.aborted
      ? { put: [], remove: [] }
      : diffBindings(fleet.members(), snapshot.list<AddressBinding>("AddressBinding")),
  );

  const processConfig = (wish: ProcessWish, bindings: readonly Binding[]): ProcessConfig => ({
    kind: wish.kind,
    name: wish.name,
    ...(wish.namespace === undefined ? {} : { namespace: wish.namespace }),
    instance: config.instance,
    addresses: config.addresses,
    strict: config.strict,
    api,
    collectorSocket: layout.collectorSocket,
    stateDir: layout.stateDir,
    clockOriginUs: originUs,
    settings: { ...wish.settings, socket: sockets[wish.kind], [BINDINGS_SETTING]: bindings },
  });
  const follow = (objects: Snapshot) => {
    snapshot = objects;
    fleet.want(desiredProcesses(objects, kubelet.sync(objects)));
    kubelet.removeEnded(fleet.members());
    publishBindings();
  };

  fleet.want(desiredProcesses(new ObjectCache(), new Map()));
  const selections = [...watchedKinds, "AddressBinding"].map((kind) => ({ kind }));
  void watchObjects({ client, selections, onChange: follow, signal: ending.signal });

  return {
    members: () => fleet.members(),
    stop: async () => {
      ending.abort();
      kubelet.stop();
      const isPod = ({ kind }: ProcessWish) => kind === "pod";
      const isRegion = ({ kind }: ProcessWish) => kind === "control-plane" || kind === "collector";
      await fleet.end((wish) => !isPod(wish) && !isRegion(wish), STOP_HOPS_MS);
      // Nobody asks the pods any more: no deregistration to wait for.
      await fleet.end(isPod, 0);
      await fleet.end(isRegion, STOP_REGION_MS);
      client.close();
    },
  };
}

function podDrainMs(pod: Pod): number {
  return Math.max((pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_S) * 1000, POD_DRAIN_MS);
}

function logName({ kind, name, namespace }: ProcessWish): string {
  if (kind === name) return kind;
  return namespace === undefined ? `${kind}-${name}` : `${kind}-${namespace}-${name}`;
}
