/** A Route 53 on dns2 3: its sockets, its codec; the zone look-up is ours. Where it differs from ours, and why: README.md. */
import type { RemoteInfo } from "node:dgram";
import { Socket } from "node:net";
import { resolveQuery, typeName, type ZoneTable } from "@loopway/dns";
import { buildSpan } from "@loopway/dns-server";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import { type Address, formatAddress, type Protocol } from "@loopway/model";
import type { NameServerEngine } from "@loopway/route53";
import DNS, { type DnsHandler } from "dns2";
import { buildResponse } from "./build-response.ts";

export function createDns2Server(hop: Hop): NameServerEngine {
  let table: ZoneTable = { zonesByName: new Map() };
  let turn = 0;

  const bound: Partial<Record<Protocol, Address>> = {};

  const handler =
    (protocol: Protocol): DnsHandler =>
    (request, send, client) => {
      const startUs = hop.nowUs();
      const [asked] = request.questions;
      if (asked === undefined || request.header.qr === 1) return;
      const question = { name: `${asked.name}.`, type: typeName(asked.type), class: asked.class };
      const resolution = resolveQuery(table, question, turn++);
      const response = buildResponse(request, resolution);
      // dns2 gives a promise over UDP and nothing over TCP.
      void Promise.resolve(send(response)).catch((error: unknown) => log(formatFailure(error)));
      const { id, opcode } = request.header;
      const query = { id, opcode, recursionDesired: request.recursive, checkingDisabled: false, question };
      const downstream = {
        protocol,
        local: formatAddress(bound[protocol] ?? { address: "", port: 0 }),
        remote: remoteOf(client),
        ordinal: id,
      };
      const octets = response.toBuffer();
      const span = {
        hop: "route53" as const,
        name: hop.config.name,
        downstream,
        startUs,
        endUs: hop.nowUs(),
        bytesIn: request.toBuffer().length,
      };
      hop.report(buildSpan({ query, resolution, response: octets }, span));
    };

  return {
    swap: (next) => {
      table = next;
    },
    open: async (virtual: Address) => {
      const tcp = DNS.createTCPServer(handler("tcp"));
      const connections = new Set<Socket>();
      tcp.on("connection", (socket: Socket) => {
        connections.add(socket);
        socket.on("close", () => connections.delete(socket));
      });
      tcp.on("requestError", () => undefined);
      bound.tcp = await hop.listen(tcp, virtual);
      const udp = DNS.createUDPServer(handler("udp"));
      udp.on("requestError", () => undefined);
      udp.on("error", (error: Error) => log(formatFailure(error)));
      bound.udp = await hop.listenUdp(udp, virtual);
      hop.onDrain(() => {
        udp.close();
        tcp.close();
        for (const socket of connections) socket.end();
      });
    },
  };
}

function remoteOf(client: Parameters<DnsHandler>[2]): string {
  if (client instanceof Socket) return formatAddress({ address: client.remoteAddress ?? "", port: client.remotePort ?? 0 });
  const { address, port } = client as RemoteInfo;
  return formatAddress({ address, port });
}
