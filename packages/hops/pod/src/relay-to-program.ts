// A pod whose requests a program of the user's own answers: bytes are relayed to it, and none is looked at.
import type { Server } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import { podPorts } from "@loopway/kube";
import { createRelay, type RelayedConnection } from "@loopway/l4-relay";
import type { Address, Pod, Span } from "@loopway/model";

/** Listens on every port of the pod. Resolves to what ends that: new connections are refused, and those under way have a few seconds. */
export async function relayTo(dial: Address, { hop, pod, podIP }: { hop: Hop; pod: Pod; podIP: string }): Promise<() => Promise<void>> {
  const relay = createRelay();
  const servers: Server[] = [];
  for (const { port, container } of podPorts(pod)) {
    const server = relay.createServer(() => {
      const startUs = hop.nowUs();
      const report = (connection: RelayedConnection, endUs?: number) =>
        hop.report(relaySpan({ pod, container, connection, startUs, ...(endUs === undefined ? {} : { endUs }) }));
      return { dial, connected: (connection) => report(connection), closed: (connection) => report(connection, hop.nowUs()) };
    });
    servers.push(server);
    await hop.listen(server, { address: podIP, port });
  }
  return () => {
    for (const server of servers) server.close();
    return relay.drain();
  };
}

interface RelayedSpan {
  pod: Pod;
  container: string;
  connection: RelayedConnection;
  startUs: number;
  endUs?: number;
}

/** Of a connection: told when it stands, and again when it is closed. */
function relaySpan({ pod, container, connection, ...times }: RelayedSpan): Span {
  const { downstream, upstream, bytesIn, bytesOut } = connection;
  const { name, namespace = "default" } = pod.metadata;
  return {
    hop: "pod",
    name,
    downstream,
    upstreams: upstream === undefined ? [] : [upstream],
    ...times,
    decisions: [{ kind: "pod", pod: name, namespace, container, node: pod.spec.nodeName ?? "" }],
    outcome: upstream === undefined ? { kind: "failed", code: "E_UPSTREAM" } : { kind: "forwarded" },
    bytesIn,
    bytesOut,
  };
}
