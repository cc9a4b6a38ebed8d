/** What `forward . /etc/resolv.conf` of EKS's Corefile does: the VPC's resolver is asked for what is not the cluster's, over the transport that the client chose. */
import { randomInt } from "node:crypto";
import { addTarget, askedElsewhere, decodeResponse, passOn, type Transport } from "@loopway/dns";
import { askResolver, exchangeOverTcp, exchangeOverUdp } from "@loopway/dns-client";
import type { Complete } from "@loopway/dns-server";
import type { Hop } from "@loopway/hop-kit";
import { type Address, type FlowEnd, formatAddress } from "@loopway/model";

/** CoreDNS, plugin/pkg/proxy: read time-out of a forwarded query. */
const TIMEOUT_MS = 2_000;

/** `resolver`: the virtual address of the VPC's resolver. */
export function forwardTo(hop: Pick<Hop, "resolve">, resolver: Address): Complete {
  return (table, exchange, { octets, transport }) => {
    const asked = askedElsewhere(table, exchange);
    if (asked === undefined) return undefined;
    const udp = hop.resolve("udp", resolver);
    const tcp = hop.resolve("tcp", resolver);
    if (asked.kind === "message") {
      return exchangeMessage(transport === "tcp" ? tcp : udp, octets, transport).then(({ said, flow }) => ({
        exchange: passOn(exchange, said, transport),
        upstreams: [flow],
        ...(said === undefined ? {} : { outcome: { kind: "forwarded" } }),
      }));
    }
    const { name, type } = asked;
    return askResolver({ name, type, udp, tcp }).then((reply) => ({
      exchange: addTarget(exchange, reply?.response, transport),
      upstreams: reply?.flows ?? [],
    }));
  };
}

/** The message there and its answer back, under an id of its own (RFC 5452 section 9.2). */
async function exchangeMessage(server: Address, octets: Uint8Array, protocol: Transport) {
  const id = randomInt(0x1_0000);
  const message = octets.slice();
  message[0] = id >> 8;
  message[1] = id & 0xff;
  const read = (answer: Buffer | undefined) => {
    const response = answer && decodeResponse(answer);
    return answer === undefined || response?.id !== id ? undefined : { octets: answer, response };
  };
  const answered =
    protocol === "tcp"
      ? await exchangeOverTcp(server, message, TIMEOUT_MS)
      : await exchangeOverUdp(server, message, { timeoutMs: TIMEOUT_MS, accepts: (answer) => read(answer) !== undefined });
  const flow: FlowEnd = { protocol, local: answered.local, remote: formatAddress(server), ordinal: id };
  return { said: read(answered.message), flow };
}
