/** One Network Load Balancer: objects in, connections and datagrams through, target health and withdrawn zones out. */
import type { Hop, Selection } from "@loopway/hop-kit";
import { createListeners, createRelay, createUdpRelay } from "@loopway/l4-relay";
import {
  type Listener,
  type LoadBalancer,
  type Node,
  type Secret,
  type SecurityGroup,
  STACK_LABEL,
  type TargetGroup,
} from "@loopway/model";
import { isWhole } from "@loopway/routing";
import { compileNetwork, type NetworkTable } from "./compile.ts";
import { FlowRouter } from "./flow-router.ts";
import { LoadBalancerMetrics } from "./load-balancer-metrics.ts";
import { NetworkTargetGroup } from "./network-target-group.ts";
import { SecureListeners } from "./secure-listeners.ts";
import { SecurityGate } from "./security-gate.ts";
import { ServedCertificates } from "./served-certificates.ts";
import { placeTargets, type TargetPlaces } from "./target-places.ts";
import { withdrawnZones } from "./withdrawn-zones.ts";

type Objects = Parameters<Parameters<Hop["watch"]>[1]>[0];

export async function serve(hop: Hop): Promise<void> {
  const { name, namespace = "kube-system" } = hop.config;
  const groupsByName = new Map<string, NetworkTargetGroup>();
  let table: NetworkTable | undefined;
  let loadBalancer: LoadBalancer | undefined;
  let places: TargetPlaces = () => undefined;
  let isReady = false;
  let isUpdating = false;

  const metrics = new LoadBalancerMetrics({
    hop,
    loadBalancer: () => loadBalancer,
    groups: () => [...groupsByName.values()].filter(({ object }) => table?.usedTargetGroups.has(object.metadata.name) === true),
  });
  const relay = createRelay();
  const udpRelay = createUdpRelay();
  const router = new FlowRouter({
    hop,
    seed: Math.floor(Math.random() * 2 ** 32),
    table: () => table,
    groupNamed: (groupName) => groupsByName.get(groupName),
    metrics: metrics.flows,
  });
  const gate = new SecurityGate({ hop, table: () => table, metrics: metrics.flows });
  const certificates = new ServedCertificates();
  const secureListeners = new SecureListeners({ hop, table: () => table, certificates, router, metrics: metrics.flows });
  const listeners = createListeners({
    listen: hop.listen,
    listenUdp: hop.listenUdp,
    createServer: (listener) =>
      relay.createServer((downstream) => gate.dropConnection(listener, downstream) ?? secureListeners.route(listener, downstream)),
    serveUdp: (listener, socket) =>
      udpRelay.serve(socket, (client) => (gate.dropsDatagram(listener, client) ? undefined : router.routeFlow(listener, client))),
  });

  let written = "";
  const writeStatus = () => {
    if (isUpdating || table === undefined || loadBalancer === undefined) return;
    const withdrawnAvailabilityZones = withdrawnZones(table, (groupName) => groupsByName.get(groupName));
    if (withdrawnAvailabilityZones.join() === written) return;
    written = withdrawnAvailabilityZones.join();
    hop.patchStatus(loadBalancer, { withdrawnAvailabilityZones });
  };
  const healthByGroup = new Map<string, string>();
  const surroundings = {
    resolve: (address: Parameters<Hop["resolve"]>[1]) => hop.resolve("tcp", address),
    placeOf: ((target, targetType) => places(target, targetType)) as TargetPlaces,
    nodeCount: () => table?.addresses.length ?? 0,
    changed: (group: NetworkTargetGroup) => {
      const targetHealthDescriptions = group.describe();
      const text = JSON.stringify(targetHealthDescriptions);
      const key = group.object.metadata.name;
      if (text !== healthByGroup.get(key)) hop.patchStatus(group.object, { targetHealthDescriptions });
      healthByGroup.set(key, text);
      writeStatus();
      metrics.changed();
    },
  };

  const updateGroups = (objects: readonly TargetGroup[], { usedTargetGroups }: NetworkTable) => {
    const wanted = objects.filter(({ metadata }) => usedTargetGroups.has(metadata.name) || metadata.labels?.[STACK_LABEL] === name);
    const names = new Set(wanted.map(({ metadata }) => metadata.name));
    for (const [groupName, group] of groupsByName) {
      if (names.has(groupName) || usedTargetGroups.has(groupName)) continue;
      group.remove();
      groupsByName.delete(groupName);
    }
    isUpdating = true;
    for (const object of wanted) {
      const group = groupsByName.get(object.metadata.name) ?? new NetworkTargetGroup(object, surroundings);
      groupsByName.set(object.metadata.name, group);
      group.update(object, usedTargetGroups.has(object.metadata.name));
    }
    isUpdating = false;
    writeStatus();
  };

  const apply = (objects: Objects) => {
    places = placeTargets({
      instance: hop.config.instance,
      nodes: objects.list<Node>("Node"),
      loadBalancers: objects.list<LoadBalancer>("LoadBalancer"),
    });
    const labels = { matchLabels: { [STACK_LABEL]: name } };
    const own = objects.get<LoadBalancer>("LoadBalancer", namespace, name);
    const stackListeners = objects.list<Listener>("Listener", { namespace, labels });
    const groups = objects.list<TargetGroup>("TargetGroup", { namespace });
    const members = objects.list<TargetGroup>("TargetGroup", { namespace, labels });
    const securityGroups = objects.list<SecurityGroup>("SecurityGroup", { namespace, labels });
    if (own !== undefined && isWhole({ loadBalancer: own, listeners: stackListeners, rules: [], targetGroups: members, securityGroups })) {
      loadBalancer = own;
      table = compileNetwork(own, stackListeners, objects.list<SecurityGroup>("SecurityGroup"));
    }
    if (table === undefined) return;
    updateGroups(groups, table);
    const { addresses } = table;
    certificates.update(table.listeners, objects.list<Secret>("Secret", { namespace, labels }));
    // A TLS listener opens when the key of its default certificate is there.
    const servable = table.listeners.filter((listener) => listener.tls === undefined || certificates.of(listener).length > 0);
    const wanted = servable.flatMap(({ listenerPort: port, protocols }) =>
      protocols.flatMap((protocol) => addresses.map(({ address }) => ({ protocol, virtual: { address, port } }))),
    );
    void listeners.apply(wanted).then(() => {
      if (!isReady) hop.ready();
      isReady = true;
    });
  };

  hop.onDrain(async () => {
    await listeners.apply([]);
    secureListeners.drain();
    await relay.drain();
    udpRelay.drain();
    for (const group of groupsByName.values()) group.stopChecks();
  });
  await hop.watch(selectionsFor(namespace, name), apply);
}

function selectionsFor(namespace: string, name: string): Selection[] {
  return [
    // All of them: a target may be an Application Load Balancer.
    { kind: "LoadBalancer", namespace },
    { kind: "Listener", namespace, labelSelector: `${STACK_LABEL}=${name}` },
    // All of them: an action may name a target group that no stack made.
    { kind: "TargetGroup", namespace },
    { kind: "Node" },
    // All of them: a load balancer may name one that no stack made.
    { kind: "SecurityGroup" },
    // The keys of its own listeners' certificates, and no others.
    { kind: "Secret", namespace, labelSelector: `${STACK_LABEL}=${name}` },
  ];
}
