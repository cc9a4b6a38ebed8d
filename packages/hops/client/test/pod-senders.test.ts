/** Requests in a pod's place: who is asked for the name, where the connection comes from, and what it is called. */
import type { Socket } from "node:net";
import { type AddressInfo, connect, createServer } from "node:net";
import { startNameServer } from "@loopway/dns-client/name-server";
import { localHop } from "@loopway/hop-kit/local-hop";
import type { Pod } from "@loopway/model";
import { closedPort, eventually, exchange } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";

const pod = (name: string, podIP?: string, spec: Partial<Pod["spec"]> = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: { containers: [], ...spec },
  status: { phase: "Running", ...(podIP === undefined ? {} : { podIP }) },
});
const serviceAddress = "127.11.0.7";

/** A client whose cluster DNS knows one Service `web` in namespace shop. `addresses: "identity"` needs Linux. */
async function startClient({
  addresses = "mapped",
  hasDns = true,
  spec = {},
}: {
  addresses?: "mapped" | "identity";
  hasDns?: boolean;
  spec?: Partial<Pod["spec"]>;
} = {}) {
  const port = await closedPort();
  const hop = localHop({ kind: "client", addresses, settings: { port, dohPort: 0 } }, [pod("web-1", "127.10.3.22", spec), pod("web-2")]);
  onTestFinished(() => hop.drain());
  const dns = await startNameServer(`web.shop.svc 30 IN A ${serviceAddress}\n`, "cluster.local.");
  const nowhere = { address: "127.3.2.3", port: 53_999 };
  const virtual = { address: "127.11.0.10", port: 53 };
  hop.place("udp", virtual, hasDns ? dns.udp : nowhere);
  hop.place("tcp", virtual, hasDns ? dns.tcp : nowhere);
  const vpc = await startNameServer(`api 60 IN A ${serviceAddress}\n`);
  const resolver = { address: "127.13.0.1", port: 53 };
  hop.place("udp", resolver, vpc.udp);
  hop.place("tcp", resolver, vpc.tcp);
  await serve(hop);
  const remotes: string[] = [];
  const heads: string[] = [];
  const server = createServer((socket: Socket) => {
    remotes.push(socket.remoteAddress ?? "");
    socket.on("error", () => undefined).setEncoding("latin1");
    socket.on("data", (text: string) => {
      heads.push(text);
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  hop.place("tcp", { address: serviceAddress, port: 80 }, { address: "127.0.0.1", port: (server.address() as AddressInfo).port });
  const send = async (url: string, user: string) => {
    const { address, port: bound } = hop.resolve("tcp", { address: "127.0.0.1", port });
    const socket = connect(bound, address).setEncoding("latin1");
    onTestFinished(() => void socket.destroy());
    const credentials = Buffer.from(`${user}:`).toString("base64");
    return exchange(socket, `GET ${url} HTTP/1.1\r\nHost: web\r\nProxy-Authorization: Basic ${credentials}\r\n\r\n`);
  };
  return { hop, dns, vpc, remotes, heads, send };
}

test("the pod's search list finds the Service, and the span is the pod's", async () => {
  const { hop, dns, heads, send } = await startClient();
  expect(await send("http://web/", "pod/shop/web")).toMatch(/^HTTP\/1.1 200 /);
  expect(heads).toEqual(["GET / HTTP/1.1\r\nHost: web\r\n\r\n"]);
  expect(dns.asked).toHaveLength(1);
  await eventually(() =>
    expect(hop.spans).toMatchObject([{ hop: "client", name: "pod/shop/web-1", decisions: [{ name: "web.shop.svc.cluster.local" }] }]),
  );
});

test.runIf(process.platform === "linux")("its connections come from the pod's address", async () => {
  const { remotes, send } = await startClient({ addresses: "identity" });
  await send("http://web/", "pod/shop/web-1");
  expect(remotes).toEqual(["127.10.3.22"]);
});

test.each([
  ["http://web/", "pod/shop/nobody", "E_NO_POD: no pod shop/nobody can send: there are web-1, web-2"],
  ["http://web/", "pod/nobody", "E_NO_POD: no pod nobody can send: namespace default has none"],
  ["http://web/", "pod/shop/web-2", "E_NO_POD: no pod shop/web-2 can send: shop/web-2 has no address yet"],
  ["http://nope/", "pod/shop/web-1", "E_RESOLVE: nope does not resolve: REFUSED"],
])("%s as %s: %s", async (url, user, sentence) => {
  const { send } = await startClient();
  const answer = await send(url, user);
  expect(answer).toMatch(/^HTTP\/1.1 502 /);
  expect(answer).toContain(sentence);
});

test("without a cluster DNS the answer says what it is there for", async () => {
  const { send } = await startClient({ hasDns: false });
  expect(await send("http://web/", "pod/shop/web-1")).toContain(
    "web does not resolve: TIMEOUT (the cluster's DNS runs where Service kube-system/kube-dns exists)",
  );
});

const custom = { nameservers: ["127.13.0.1"], searches: ["example.com"], options: [{ name: "ndots", value: "1" }] };
test.each<[string, Partial<Pod["spec"]>, string, string, [cluster: number, vpc: number]]>([
  ["ClusterFirst: the cluster's DNS alone", {}, "http://web/", "200", [1, 0]],
  ["Default: the VPC's resolver alone", { dnsPolicy: "Default" }, "http://api.example.com/", "200", [0, 1]],
  ["Default does not know Services", { dnsPolicy: "Default" }, "http://web.shop.svc.cluster.local/", "REFUSED", [0, 1]],
  ["the node's network: the VPC's resolver", { hostNetwork: true }, "http://api.example.com/", "200", [0, 1]],
  ["None: its own search list", { dnsPolicy: "None", dnsConfig: custom }, "http://api/", "200", [0, 1]],
  ["a name server of its own comes second", { dnsConfig: custom }, "http://api.example.com./", "200", [1, 1]],
  ["less ndots, less questions", { dnsConfig: custom }, "http://web.shop.svc.cluster.local/", "200", [1, 0]],
  [
    "the VPC's resolver by its other address",
    { dnsPolicy: "None", dnsConfig: { nameservers: ["169.254.169.253"] } },
    "http://api.example.com/",
    "200",
    [0, 1],
  ],
  [
    "nobody outside the region is asked",
    { dnsPolicy: "None", dnsConfig: { nameservers: ["192.0.2.53"] } },
    "http://api.example.com/",
    "TIMEOUT (its resolv.conf names 192.0.2.53; outside the region nobody is asked)",
    [0, 0],
  ],
])("%s", async (_what, spec, url, expected, [cluster, vpc]) => {
  const client = await startClient({ spec });
  expect(await client.send(url, "pod/shop/web-1")).toContain(expected);
  expect([client.dns.asked.length, client.vpc.asked.length]).toEqual([cluster, vpc]);
});
