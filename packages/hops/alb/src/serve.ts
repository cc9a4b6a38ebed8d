/** One Application Load Balancer: objects in, requests through, target health out. */
import { join } from "node:path";
import { type Hop, log, type Selection } from "@loopway/hop-kit";
import { asksForTrace } from "@loopway/http";
import { createEngine } from "@loopway/l7-proxy";
import {
  instanceId,
  internalIP,
  type Listener,
  type LoadBalancer,
  type Node,
  type Rule,
  STACK_LABEL,
  type Target,
  type TargetGroup,
  type Timings,
} from "@loopway/model";
import {
  type CompileRegex,
  compileStack,
  isWhole,
  type LoadBalancerTable,
  loadRegexEngine,
  type StackObjects,
  sourceOf,
  usesRegex,
} from "@loopway/routing";
import { formatAccessLogLine } from "./access-log.ts";
import { AlbApplication, type AlbSurroundings } from "./application.ts";
import { Listeners } from "./listeners.ts";
import { openLogFile } from "./log-file.ts";
import type { AlbEngine } from "./request-state.ts";
import { buildSpan } from "./span.ts";
import { TargetGroups } from "./target-groups.ts";

/**
 * AWS does not say how long an ALB keeps a connection to a target. Behind a node port a connection is bound to one pod for its life, so under a
 * steady load pods that were added would never see a request: connections are therefore replaced now and then, between two requests.
 */
export const TARGET_CONNECTION_LIFETIME_MS = 5_000;

type Objects = Parameters<Parameters<Hop["watch"]>[1]>[0];

export type CreateAlbEngine = (hop: Pick<Hop, "nowUs">, surroundings: AlbSurroundings) => AlbEngine;

const createOwnEngine: CreateAlbEngine = (hop, surroundings) =>
  createEngine(new AlbApplication(surroundings), { nowUs: () => hop.nowUs(), upstreamLifetimeMs: TARGET_CONNECTION_LIFETIME_MS });

/** Everything of the hop but the way of a request, which is the engine's: tables, listeners, targets and their health, log, spans. */
export async function serve(hop: Hop, createAlbEngine: CreateAlbEngine = createOwnEngine): Promise<void> {
  const { name, namespace = "kube-system", stateDir, settings } = hop.config;
  const propagationMs = (settings.timings as Timings | undefined)?.["target-propagation"] ?? 0;
  const accessLog = openLogFile(join(stateDir, "access-logs", `${name}.log`));
  let addressesByInstance: ReadonlyMap<string, string> = new Map();
  let table: LoadBalancerTable | undefined;
  let isLoadingRegex = false;
  let compileRegex: CompileRegex | undefined;
  let isReady = false;
  let isDraining = false;

  const targetGroups = new TargetGroups({
    resolve: (address) => hop.resolve("tcp", address),
    addressOf: (target: Target, targetType) => (targetType === "ip" ? target.id : addressesByInstance.get(target.id)),
    nodeCount: () => table?.addresses.length ?? 0,
    closePool: (key) => engine.closePool(key),
    abortPool: (key) => engine.abortPool(key),
    writeHealth: (targetGroup, targetHealthDescriptions) => hop.patchStatus(targetGroup, { targetHealthDescriptions }),
  });
  const engine = createAlbEngine(hop, {
    targetGroups,
    random: Math.random,
    ended(exchange, state) {
      accessLog.append(formatAccessLogLine(exchange, state));
      if (hop.samples(asksForTrace(state.trace.value))) hop.report(buildSpan(name, exchange, state));
    },
  });
  const listeners = new Listeners(hop, engine);

  /** Few load balancers need it. Until it is there the table before goes on serving. */
  const awaitRegexEngine = (objects: Objects) => {
    if (isLoadingRegex) return;
    isLoadingRegex = true;
    void loadRegexEngine().then((engine) => {
      compileRegex = engine;
      if (!isDraining) apply(objects);
    });
  };

  const apply = (objects: Objects) => {
    addressesByInstance = readInstances(objects.list<Node>("Node"));
    const stack = readStack(objects, namespace, name);
    if (stack !== undefined && isWhole(stack)) {
      if (compileRegex === undefined && usesRegex(stack.rules.map(({ spec }) => spec))) {
        awaitRegexEngine(objects);
        return;
      }
      table = compileChanged(stack, table, compileRegex);
    }
    if (table === undefined) return;
    const { usedTargetGroups } = table;
    const groups = objects
      .list<TargetGroup>("TargetGroup", { namespace })
      .filter((group) => usedTargetGroups.has(group.metadata.name) || group.metadata.labels?.[STACK_LABEL] === name);
    const updateTargets = () => targetGroups.update(groups, usedTargetGroups);
    if (isReady && propagationMs > 0) setTimeout(updateTargets, propagationMs);
    else updateTargets();
    engine.setIdleTimeout(table.idleTimeoutMs);
    void listeners.apply(table).then(() => {
      if (!isReady) hop.ready();
      isReady = true;
    });
  };

  hop.onDrain(async () => {
    isDraining = true;
    listeners.close();
    await engine.drain();
    targetGroups.stopChecks();
    await accessLog.close();
  });
  await hop.watch(selectionsFor(namespace, name), apply);
}

function selectionsFor(namespace: string, name: string): Selection[] {
  const labelSelector = `${STACK_LABEL}=${name}`;
  return [
    { kind: "LoadBalancer", namespace, fieldSelector: `metadata.name=${name}` },
    { kind: "Listener", namespace, labelSelector },
    { kind: "Rule", namespace, labelSelector },
    // All of them: an action may name a target group that no stack made.
    { kind: "TargetGroup", namespace },
    { kind: "Node" },
  ];
}

function readStack(objects: Objects, namespace: string, name: string): StackObjects | undefined {
  const loadBalancer = objects.get<LoadBalancer>("LoadBalancer", namespace, name);
  const labels = { matchLabels: { [STACK_LABEL]: name } };
  return (
    loadBalancer && {
      loadBalancer,
      listeners: objects.list<Listener>("Listener", { namespace, labels }),
      rules: objects.list<Rule>("Rule", { namespace, labels }),
      targetGroups: objects.list<TargetGroup>("TargetGroup", { namespace, labels }),
    }
  );
}

/** Targets change far more often than the stack; only another stack, attribute or address asks for another table. */
function compileChanged(
  stack: StackObjects,
  previous: LoadBalancerTable | undefined,
  compileRegex: CompileRegex | undefined,
): LoadBalancerTable {
  if (previous?.source === sourceOf(stack.loadBalancer)) return previous;
  const { table, problems } = compileStack(stack, { compileRegex, previous });
  for (const { object = "", path = "", message } of problems) log(`${object} ${path}: ${message}`);
  return table;
}

/** InternalIP by instance id. */
function readInstances(nodes: readonly Node[]): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  for (const node of nodes) {
    const [id, address] = [instanceId(node), internalIP(node)];
    if (id !== undefined && address !== undefined) addresses.set(id, address);
  }
  return addresses;
}
