import type { Socket } from "node:net";
import { pickUniform } from "@loopway/balancing";
import type { Hop } from "@loopway/hop-kit";
import { createRelay, type RelayRoute } from "@loopway/l4-relay";
import type { EndpointSlice, Node, Service } from "@loopway/model";
import { compileTable, emptyTable } from "./compile.ts";
import { connectionSpan } from "./connection-span.ts";
import { createListeners, type Listener } from "./listeners.ts";

/** The node ports of one node, or the ClusterIPs of all Services: each connection goes to one endpoint, whatever becomes of it. */
export async function serve(hop: Hop): Promise<void> {
  const { name } = hop.config;
  const relay = createRelay();
  let table = emptyTable;

  const route = (listener: Listener, downstream: Socket): RelayRoute | undefined => {
    const rule = table.rules.get(listener.key);
    // Uniform per connection and without another try if the endpoint is dead, as iptables' `statistic --mode random` and nftables' numgen.
    const endpoint = rule?.endpoints[pickUniform(rule.endpoints.length, Math.random())];
    if (rule === undefined || endpoint === undefined) return undefined;
    const source = sourceOf(listener, downstream, rule.frontend.kind === "nodePort");
    const opened = { name, rule, endpoint, table: table.revision, startUs: hop.nowUs() };
    return {
      dial: hop.resolve("tcp", endpoint.address),
      ...(source === undefined ? {} : { localAddress: source }),
      connected: (connection) => hop.report(connectionSpan(opened, connection)),
      closed: (connection) => hop.report(connectionSpan(opened, connection, hop.nowUs())),
    };
  };
  const listeners = createListeners({
    listen: hop.listen,
    createServer: (listener) => relay.createServer((downstream) => route(listener, downstream)),
  });

  let isDraining = false;
  let opened = Promise.resolve();
  await hop.watch([{ kind: "Service" }, { kind: "EndpointSlice" }, { kind: "Node" }], (objects) => {
    table = compileTable({
      name,
      nodes: objects.list<Node>("Node"),
      services: objects.list<Service>("Service"),
      slices: objects.list<EndpointSlice>("EndpointSlice"),
    });
    if (isDraining) return;
    // Without endpoints nobody listens: the kernel refuses, as kube-proxy's REJECT does.
    opened = listeners.apply([...table.rules.values()].filter(({ endpoints }) => endpoints.length > 0).map(({ virtual }) => virtual));
  });
  hop.onDrain(async () => {
    isDraining = true;
    await listeners.apply([]);
    await relay.drain();
  });
  await opened;
  hop.ready();
}

/**
 * Node ports masquerade: the pod sees the node's address (externalTrafficPolicy Cluster). ClusterIPs do not: the pod sees the client's.
 * Where the listener's own address could not be bound, neither can these.
 */
function sourceOf({ virtual, bound }: Listener, downstream: Socket, isNodePort: boolean): string | undefined {
  if (bound.address !== virtual.address) return undefined;
  return isNodePort ? virtual.address : downstream.remoteAddress;
}
