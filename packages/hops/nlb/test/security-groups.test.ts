import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import type { InboundRule, SecurityGroup } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { client, dial, edgeA, greeting, LISTENER_PORT, listener, startNlb, startTarget, stranger, targetGroup } from "./world.ts";

const spec = { securityGroups: ["sg-edge"] };

function edgeGroup(...cidrs: string[]): SecurityGroup {
  const ports = { fromPort: LISTENER_PORT, toPort: LISTENER_PORT, ipRanges: cidrs.map((cidrIP) => ({ cidrIP })) };
  const ingressRules: InboundRule[] = ["tcp", "udp"].map((ipProtocol) => ({ ipProtocol, ...ports }));
  return {
    apiVersion: "ec2.services.k8s.aws/v1alpha1",
    kind: "SecurityGroup",
    metadata: { name: "sg-edge", namespace: "kube-system" },
    spec: { name: "edge", description: "test", ingressRules },
  };
}

async function udpSocket(address: string, port = 0): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  await once(socket.bind(port, address), "listening");
  return socket;
}

test("a connection from an address that no rule lets in gets no answer, and its span says so; a rule that comes later lets it in", async () => {
  const a = await startTarget(1);
  const hop = await startNlb({ group: targetGroup([a.target]), spec, others: [edgeGroup(`${client}/32`)] });
  const outside = dial(edgeA, stranger);
  await once(outside, "connect");
  outside.write("anybody?");
  // What comes after it from within is answered long since.
  for (let later = 0; later < 5; later++) expect(await greeting(dial(edgeA))).toBe("127.10.1.20");
  expect([outside.bytesRead, outside.readyState]).toEqual([0, "open"]);
  outside.destroy();
  const ruleOf = (source: string) => ({ kind: "securityGroup", securityGroups: ["sg-edge"], rule: `tcp:${LISTENER_PORT} from ${source}` });
  await eventually(() =>
    expect(hop.spans.find(({ downstream }) => downstream.remote.startsWith(`${stranger}:`))).toMatchObject({
      upstreams: [],
      decisions: [{ kind: "rule" }, { kind: "securityGroup", securityGroups: ["sg-edge"] }],
      outcome: { kind: "failed", code: "E_DROPPED" },
      bytesIn: 8,
    }),
  );
  const admitted = () => hop.spans.find(({ downstream }) => downstream.remote.startsWith(`${client}:`));
  await eventually(() => expect(admitted()?.decisions).toContainEqual(ruleOf(`${client}/32`)));
  hop.apply(edgeGroup(`${client}/32`, `${stranger}/32`));
  expect(await greeting(dial(edgeA, stranger))).toBe("127.10.1.20");
  expect(a.peers).not.toContain(stranger);
});

test("a datagram from an address that no rule lets in is dropped, and its span says so", async () => {
  const a = await startTarget(1);
  const target = await udpSocket(a.target.id, a.target.port);
  const seen: string[] = [];
  target.on("message", (datagram, { address, port }) => {
    seen.push(datagram.toString());
    target.send(datagram, port, address);
  });
  const hop = await startNlb({
    group: targetGroup([a.target], {}, { protocol: "UDP" }),
    listener: listener("UDP"),
    spec,
    others: [edgeGroup(`${client}/32`)],
  });
  const [inside, outside] = [await udpSocket(client), await udpSocket(stranger)];
  outside.send("outside", LISTENER_PORT, edgeA);
  inside.send("inside", LISTENER_PORT, edgeA);
  await once(inside, "message");
  expect(seen).toEqual(["inside"]);
  const dropped = { outcome: { kind: "failed", code: "E_DROPPED" }, decisions: [{ kind: "rule" }, { kind: "securityGroup" }] };
  expect(hop.spans.find(({ downstream }) => downstream.remote === `${stranger}:${outside.address().port}`)).toMatchObject(dropped);
});

test("a load balancer whose security groups are not known takes everybody", async () => {
  const a = await startTarget(1);
  await startNlb({ group: targetGroup([a.target]), spec });
  expect(await greeting(dial(edgeA, stranger))).toBe("127.10.1.20");
});
