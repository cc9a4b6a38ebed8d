import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { LocalHop } from "@loopway/hop-kit/local-hop";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { certificate, dialTls, secretOf, session, tlsListener } from "./secure-world.ts";
import {
  client,
  dial,
  edgeA,
  edgeB,
  greeting,
  healthOf,
  LISTENER_PORT,
  listener,
  nextEvent,
  refusal,
  startNlb,
  startTarget,
  stranger,
  targetGroup,
} from "./world.ts";

/** Counted by protocol: `ActiveFlowCount_TCP` beside `ActiveFlowCount`. */
const OF_A_PROTOCOL = /(FlowCount|Bytes)_(TCP|TLS|UDP)$/;

/** By zone or, of hosts, over all; what is 0 is left out, and what counts one protocol's flows. */
function told(hop: LocalHop, zone?: string): Record<string, number> {
  return Object.fromEntries(Object.entries(nonZero(hop, zone)).filter(([name]) => !OF_A_PROTOCOL.test(name)));
}

/** What `told` leaves out. */
function toldByProtocol(hop: LocalHop, zone: string): Record<string, number> {
  return Object.fromEntries(Object.entries(nonZero(hop, zone)).filter(([name]) => OF_A_PROTOCOL.test(name)));
}

function nonZero(hop: LocalHop, zone: string | undefined): Record<string, number> {
  const wanted = hop.metrics.filter(({ dimensions, value }) => dimensions.AvailabilityZone === zone && value !== 0);
  return Object.fromEntries(wanted.map(({ name, value }) => [name, value]));
}

test("flows, bytes and who reset them, by availability zone, and healthy and unhealthy hosts by target group", async () => {
  const [a, b] = [await startTarget(1, 20), await startTarget(1, 21)];
  const hop = await startNlb({ group: targetGroup([a.target, b.target]) });
  await eventually(() => expect(told(hop)).toEqual({ HealthyHostCount: 2 }));
  const sockets = Array.from({ length: 4 }, () => dial(edgeA));
  await Promise.all(sockets.map(greeting));
  const [first, second] = sockets;
  first?.write("hello");
  await once(first as never, "data");
  // "127.10.1.20\n" four times, "hello" there and back.
  await eventually(() => expect(told(hop, "us-east-1a")).toEqual({ ActiveFlowCount: 4, NewFlowCount: 4, ProcessedBytes: 58 }));
  expect(toldByProtocol(hop, "us-east-1a")).toEqual({ ActiveFlowCount_TCP: 4, NewFlowCount_TCP: 4, ProcessedBytes_TCP: 58 });
  first?.resetAndDestroy();
  await eventually(() => expect(told(hop, "us-east-1a")).toMatchObject({ ActiveFlowCount: 3, TCP_Client_Reset_Count: 1 }));
  for (const { sockets } of [a, b]) for (const socket of sockets) if (socket.remoteAddress === edgeA) socket.resetAndDestroy();
  await nextEvent(second as never);
  await eventually(() =>
    expect(told(hop, "us-east-1a")).toEqual({
      NewFlowCount: 4,
      ProcessedBytes: 58,
      TCP_Client_Reset_Count: 1,
      TCP_Target_Reset_Count: 3,
    }),
  );
  await refusal(dial(edgeB));
  await eventually(() => expect(told(hop, "us-east-1b")).toEqual({ TCP_ELB_Reset_Count: 1 }));
  a.server.close();
  await eventually(() => expect(told(hop)).toEqual({ HealthyHostCount: 1, UnHealthyHostCount: 1 }));
});

test("flows that nobody healthy takes, and those that a security group drops", async () => {
  const a = await startTarget(1);
  const hop = await startNlb({
    group: targetGroup([a.target]),
    spec: { securityGroups: ["sg-edge"] },
    others: [
      {
        apiVersion: "ec2.services.k8s.aws/v1alpha1",
        kind: "SecurityGroup",
        metadata: { name: "sg-edge", namespace: "kube-system" },
        spec: { name: "edge", description: "", ingressRules: [{ ipProtocol: "tcp", ipRanges: [{ cidrIP: `${client}/32` }] }] },
      },
    ],
  });
  a.server.close();
  await eventually(() => expect(healthOf(hop)).toEqual(["unhealthy"]));
  await refusal(dial(edgeA));
  await once(dial(edgeA, stranger), "connect");
  await eventually(() =>
    expect(told(hop, "us-east-1a")).toEqual({
      UnhealthyRoutingFlowCount: 1,
      TCP_Target_Reset_Count: 1,
      SecurityGroupBlockedFlowCount_Inbound_TCP: 1,
    }),
  );
});

test("a flow of a TLS listener counts as TLS, and not as TCP", async () => {
  const [shop, a] = [certificate(["shop.example.com"]), await startTarget(1)];
  const hop = await startNlb({ group: targetGroup([a.target]), listener: tlsListener([shop]), others: [secretOf(shop)] });
  const socket = dialTls();
  await greeting(socket);
  socket.write("hello");
  await once(socket, "data");
  await eventually(() => expect(told(hop, "us-east-1a")).toEqual({ ActiveFlowCount: 1, NewFlowCount: 1, ProcessedBytes: 22 }));
  expect(toldByProtocol(hop, "us-east-1a")).toEqual({ ActiveFlowCount_TLS: 1, NewFlowCount_TLS: 1, ProcessedBytes_TLS: 22 });
  socket.destroy();
  await eventually(() => expect(toldByProtocol(hop, "us-east-1a")).toEqual({ NewFlowCount_TLS: 1, ProcessedBytes_TLS: 22 }));
});

test("handshakes that fail with a client, and with a target", async () => {
  const [shop, plain] = [certificate(["shop.example.com"]), await startTarget(1)];
  const listening = tlsListener([shop], { sslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06" });
  const hop = await startNlb({
    group: targetGroup([plain.target], {}, { protocol: "TLS" }),
    listener: listening,
    others: [secretOf(shop)],
  });
  expect(await session(dialTls({ maxVersion: "TLSv1.2" }))).toMatch(/PROTOCOL_VERSION$/);
  await eventually(() => expect(told(hop, "us-east-1a")).toEqual({ ClientTLSNegotiationErrorCount: 1 }));
  await refusal(dialTls());
  await eventually(() =>
    expect(told(hop, "us-east-1a")).toMatchObject({ ClientTLSNegotiationErrorCount: 1, TargetTLSNegotiationErrorCount: 1 }),
  );
});

test("datagrams are flows by client port", async () => {
  const a = await startTarget(1);
  const [sink, sender] = [createSocket("udp4"), createSocket("udp4")];
  onTestFinished(() => void [sink, sender].map((socket) => socket.close()));
  await Promise.all([once(sink.bind(a.target.port, a.target.id), "listening"), once(sender.bind(0, client), "listening")]);
  const hop = await startNlb({ group: targetGroup([a.target], {}, { protocol: "UDP" }), listener: listener("UDP") });
  for (const text of ["one", "two"]) sender.send(text, LISTENER_PORT, edgeA);
  await once(sink, "message");
  await eventually(() => expect(told(hop, "us-east-1a")).toEqual({ ActiveFlowCount: 1, NewFlowCount: 1, ProcessedBytes: 6 }));
  expect(toldByProtocol(hop, "us-east-1a")).toEqual({ ActiveFlowCount_UDP: 1, NewFlowCount_UDP: 1, ProcessedBytes_UDP: 6 });
});
