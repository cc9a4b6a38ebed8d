import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { decodeResponse, encodeQuery } from "@loopway/dns";
import { startNameServer } from "@loopway/dns-client/name-server";
import { localHop } from "@loopway/hop-kit/local-hop";
import type { Address, Service } from "@loopway/model";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";

const service = (namespace: string, name: string, clusterIP: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { clusterIP, ports: [{ port: 80 }] },
});

async function ask({ address, port }: Address, name: string, type = "A"): Promise<string> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  const answered = once(socket, "message");
  socket.send(encodeQuery({ id: 7, name, type }) ?? "", port, address);
  const [octets] = (await answered) as [Buffer];
  const response = decodeResponse(octets);
  expect(response?.id).toBe(7);
  return [response?.rcode, ...(response?.answers ?? []).map(({ data }) => data)].join(" ");
}

test("pods have names in every namespace of the moment", async () => {
  const hop = localHop({ kind: "coredns", name: "coredns" }, [service("kube-system", "kube-dns", "127.11.0.10")]);
  onTestFinished(() => hop.drain());
  await serve(hop);
  const server = hop.resolve("udp", { address: "127.11.0.10", port: 53 });
  expect(await ask(server, "10-1-2-3.shop.pod.cluster.local.")).toBe("NXDOMAIN");
  hop.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  expect(await ask(server, "10-1-2-3.shop.pod.cluster.local.")).toBe("NOERROR 10.1.2.3");
  expect(await ask(server, "10-1-2-3.shop.pod.cluster.local.", "AAAA")).toBe("NOERROR");
});

test("answers at the clusterIP of kube-dns with the Services of the moment, and tells a span of each answer", async () => {
  const hop = localHop({ kind: "coredns", name: "coredns" }, [service("kube-system", "kube-dns", "127.11.0.10")]);
  onTestFinished(() => hop.drain());
  await serve(hop);
  expect(hop.listened).toEqual([
    { address: "127.11.0.10", port: 53 },
    { address: "127.11.0.10", port: 53 },
  ]);
  const server = hop.resolve("udp", { address: "127.11.0.10", port: 53 });
  expect(await ask(server, "web.shop.svc.cluster.local.")).toBe("NXDOMAIN");
  hop.apply(service("shop", "web", "127.11.0.5"));
  expect(await ask(server, "web.shop.svc.cluster.local.")).toMatch(/^NOERROR 127\.11\.0\.5/);
  expect(hop.spans.map(({ hop: kind, summary }) => `${kind} ${summary}`)).toEqual([
    "coredns A web.shop.svc.cluster.local",
    "coredns A web.shop.svc.cluster.local",
  ]);
});

describe("what is not the cluster's", () => {
  const external = (name: string, externalName: string): Service => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: { type: "ExternalName", externalName },
  });
  const start = async (zone: string | undefined, origin?: string) => {
    const hop = localHop({ kind: "coredns", name: "coredns" }, [
      service("kube-system", "kube-dns", "127.11.0.10"),
      service("shop", "web", "127.11.0.5"),
      external("orders", "orders.example.com"),
      external("gone", "gone.example.com"),
      external("inside", "web.shop.svc.cluster.local"),
    ]);
    onTestFinished(() => hop.drain());
    const vpc = { address: "127.13.0.1", port: 53 };
    const nowhere = { address: "127.3.2.3", port: 53_999 };
    const server = zone === undefined ? undefined : await startNameServer(zone, origin);
    hop.place("udp", vpc, server?.udp ?? nowhere);
    hop.place("tcp", vpc, server?.tcp ?? nowhere);
    await serve(hop);
    const at = (protocol: "udp" | "tcp") => hop.resolve(protocol, { address: "127.11.0.10", port: 53 });
    return { hop, at, server };
  };
  const zone = "orders 60 IN CNAME lb\nlb 60 IN A 127.12.0.1\nlb 60 IN AAAA ::1\ntext 60 IN TXT hello\n";

  test.each([
    ["a name outside", "lb.example.com", "A", "NOERROR 127.12.0.1"],
    ["its other records", "text.example.com", "TXT", 'NOERROR "hello"'],
    ["a name outside that does not exist", "nope.example.com", "A", "NXDOMAIN"],
    ["a name of nobody's zone", "example.org", "A", "REFUSED"],
    ["an ExternalName, followed", "orders.shop.svc.cluster.local", "A", "NOERROR orders.example.com. lb.example.com. 127.12.0.1"],
    ["an ExternalName by IPv6", "orders.shop.svc.cluster.local", "AAAA", "NOERROR orders.example.com. lb.example.com. ::1"],
    ["an ExternalName as such", "orders.shop.svc.cluster.local", "CNAME", "NOERROR orders.example.com."],
    ["an ExternalName that leads to nothing", "gone.shop.svc.cluster.local", "A", "NOERROR gone.example.com."],
    ["an ExternalName of a Service", "inside.shop.svc.cluster.local", "A", "NOERROR web.shop.svc.cluster.local. 127.11.0.5"],
  ])("%s: %s %s → %s", async (_what, name, type, expected) => {
    const { at } = await start(zone);
    expect(await ask(at("udp"), name, type)).toBe(expected);
  });

  test.each([
    ["of a clusterIP: the cluster's", "5.0.11.127.in-addr.arpa", "PTR", "NOERROR web.shop.svc.cluster.local.", 0],
    ["of an address outside", "9.9.9.10.in-addr.arpa", "PTR", "NOERROR ip-10-9-9-9.ec2.internal.", 1],
    ["of nobody's address", "8.9.9.10.in-addr.arpa", "PTR", "NXDOMAIN", 1],
    ["of half an address", "0.11.127.in-addr.arpa", "PTR", "NXDOMAIN", 1],
    ["of an IPv6 address", "1.0.0.0.ip6.arpa", "PTR", "REFUSED", 1],
    ["the zone itself", "in-addr.arpa", "A", "NOERROR", 0],
  ])("a reverse name %s: %s %s → %s", async (_what, name, type, expected, forwarded) => {
    const { at, server } = await start("9.9.9.10 60 IN PTR ip-10-9-9-9.ec2.internal.", "in-addr.arpa.");
    expect(await ask(at("udp"), name, type)).toBe(expected);
    expect(server?.asked).toHaveLength(forwarded);
  });

  test("the span leads to the VPC resolver's", async () => {
    const { hop, at, server } = await start(zone);
    await ask(at("udp"), "lb.example.com");
    await ask(at("udp"), "orders.shop.svc.cluster.local");
    const [forwarded, followed] = hop.spans;
    expect(forwarded).toMatchObject({ outcome: { kind: "forwarded" }, decisions: [{ answers: ["127.12.0.1"], rcode: "NOERROR" }] });
    expect(followed).toMatchObject({
      outcome: { kind: "answered", code: "NOERROR" },
      decisions: [{ answers: ["orders.example.com.", "lb.example.com.", "127.12.0.1"] }],
    });
    expect(hop.spans.flatMap(({ upstreams }) => upstreams.map(({ protocol, local }) => `${protocol} ${local}`))).toEqual(server?.asked);
  });

  test("who asks over TCP is asked for over TCP", async () => {
    const { at, server } = await start(zone);
    const { address, port } = at("tcp");
    const socket = connect(port, address);
    onTestFinished(() => void socket.destroy());
    const query = encodeQuery({ id: 7, name: "lb.example.com", type: "A" }) ?? new Uint8Array();
    socket.write(Buffer.concat([Uint8Array.of(0, query.length), query]));
    const [frame] = (await once(socket, "data")) as [Buffer];
    expect(decodeResponse(frame.subarray(2))).toMatchObject({ id: 7, answers: [{ data: "127.12.0.1" }] });
    expect(server?.asked).toEqual([expect.stringMatching(/^tcp /)]);
  });

  test("without a resolver behind it a name outside is SERVFAIL, and an ExternalName its alias alone", async () => {
    const { at } = await start(undefined);
    expect(await ask(at("udp"), "lb.example.com")).toBe("SERVFAIL");
    expect(await ask(at("udp"), "orders.shop.svc.cluster.local")).toBe("NOERROR orders.example.com.");
  });
});
