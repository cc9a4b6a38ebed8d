import { createSocket, type RemoteInfo } from "node:dgram";
import { type AddressInfo, createServer } from "node:net";
import { answerQuery, buildZoneObjects, compileZones, parseZone } from "@loopway/dns";
import type { Address } from "@loopway/model";
import { onTestFinished } from "vitest";

export interface NameServer {
  udp: Address;
  tcp: Address;
  /** "udp 127.0.0.1:4711": who asked, in order. */
  asked: string[];
  /** So many queries by UDP stay unanswered. */
  silences: number;
}

/** Answers from one zone, over UDP and TCP. */
export async function startNameServer(zone: string, origin = "example.com."): Promise<NameServer> {
  const parsed = parseZone(`$ORIGIN ${origin}\n@ 60 IN SOA ns. root. 1 2 3 4 5\n@ 60 IN NS ns.\n${zone}`, "test.zone");
  if (parsed.problems.length > 0) throw new Error(JSON.stringify(parsed.problems));
  const objects = buildZoneObjects(parsed.zone);
  const hostedZones = objects.filter((object) => object.kind === "HostedZone");
  const recordSets = objects.filter((object) => object.kind === "RecordSet");
  const { table } = compileZones({ hostedZones, recordSets, loadBalancers: [] });
  const asked: string[] = [];
  const answer = (octets: Uint8Array, transport: "udp" | "tcp", { address, port }: Pick<RemoteInfo, "address" | "port">) => {
    asked.push(`${transport} ${address}:${port}`);
    return answerQuery(table, octets, { transport, turn: 0 })?.response;
  };

  const udp = createSocket("udp4");
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  const server: NameServer = { udp: udp.address(), tcp: { address: "", port: 0 }, asked, silences: 0 };
  udp.on("message", (octets, from) => {
    const response = answer(octets, "udp", from);
    if (server.silences-- > 0 || response === undefined) return;
    udp.send(response, from.port, from.address);
  });
  const tcp = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (octets) => {
      const response = answer(octets.subarray(2), "tcp", { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 });
      if (response !== undefined) socket.end(Buffer.concat([Uint8Array.of(response.length >> 8, response.length & 0xff), response]));
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    udp.close();
    tcp.close();
  });
  const { address, port } = tcp.address() as AddressInfo;
  server.tcp = { address, port };
  return server;
}
