import type { Hop, Selection } from "@loopway/hop-kit";
import { createListeners, createRelay, createUdpRelay } from "@loopway/l4-relay";
import { bindingKey, type EndpointSlice, type KubeObject, type Node, type Service } from "@loopway/model";
import { compileTable } from "./compile.ts";
import { EndpointChooser } from "./endpoint-chooser.ts";
import { createHealthServer } from "./health-server.ts";
import { readScheduler } from "./read-scheduler.ts";
import { Router } from "./router.ts";
import { emptyTable, type ServiceTable } from "./service-table.ts";

const CONFIG_MAP = { namespace: "kube-system", name: "kube-proxy" };
const SELECTIONS: readonly Selection[] = [
  { kind: "Service" },
  { kind: "EndpointSlice" },
  { kind: "Node" },
  { kind: "ConfigMap", namespace: CONFIG_MAP.namespace, fieldSelector: `metadata.name=${CONFIG_MAP.name}` },
];

/** What one node's kube-proxy serves, or what has no node's address: each connection goes to one endpoint, whatever becomes of it. */
export async function serve(hop: Hop): Promise<void> {
  const { name } = hop.config;
  const relay = createRelay();
  const udpRelay = createUdpRelay();
  const chooser = new EndpointChooser(Math.random);
  let table: ServiceTable = emptyTable;
  const router = new Router({ hop, chooser, table: () => table });

  const listeners = createListeners({
    listen: hop.listen,
    listenUdp: hop.listenUdp,
    createServer: (listener) => {
      const healthCheck = () => table.healthChecks.find(({ virtual }) => bindingKey("tcp", virtual) === listener.key);
      if (healthCheck() !== undefined) return createHealthServer(healthCheck);
      return relay.createServer((downstream) => router.routeConnection(listener, downstream));
    },
    serveUdp: (listener, socket) => udpRelay.serve(socket, (client) => router.routeFlow(listener, client)),
  });

  let isDraining = false;
  let opened = Promise.resolve();
  await hop.watch(SELECTIONS, (objects) => {
    chooser.scheduler = readScheduler(objects.get<KubeObject>("ConfigMap", CONFIG_MAP.namespace, CONFIG_MAP.name));
    const nodes = objects.list<Node>("Node");
    const services = objects.list<Service>("Service");
    table = compileTable({ name, nodes, services, slices: objects.list<EndpointSlice>("EndpointSlice") }, table);
    if (isDraining) return;
    router.flushStale(udpRelay);
    // Without endpoints nobody listens: the kernel refuses, as kube-proxy's REJECT does.
    const rules = [...table.rules.values()].filter(({ elsewhere }) => elsewhere.kind !== "reject");
    opened = listeners.apply([...rules, ...table.healthChecks.map(({ virtual }) => ({ protocol: "tcp" as const, virtual }))]);
  });
  hop.onDrain(async () => {
    isDraining = true;
    await listeners.apply([]);
    await relay.drain();
    udpRelay.drain();
  });
  await opened;
  hop.ready();
}
