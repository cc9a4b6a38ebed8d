import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decodeResponse, encodeQuery } from "@loopway/dns";
import { localHop } from "@loopway/hop-kit/local-hop";
import type { Address, Service } from "@loopway/model";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";

const service = (namespace: string, name: string, clusterIP: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { clusterIP, ports: [{ port: 80 }] },
});

async function ask({ address, port }: Address, name: string): Promise<string> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  const answered = once(socket, "message");
  socket.send(encodeQuery({ id: 7, name, type: "A" }) ?? "", port, address);
  const [octets] = (await answered) as [Buffer];
  const response = decodeResponse(octets);
  return [response?.rcode, ...(response?.answers ?? []).map(({ data }) => data)].join(" ");
}

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
