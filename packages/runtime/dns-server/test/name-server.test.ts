import { decodeResponse, encodeQuery } from "@loopway/dns";
import { localHop } from "@loopway/hop-kit/local-hop";
import { expect, test } from "vitest";
import { type Complete, NameServer } from "../src/index.ts";

const arrival = { transport: "udp", local: "127.13.0.1:53", remote: "127.0.0.1:4000" } as const;

test("a server without zones refuses, and tells it in the name of its hop", async () => {
  const hop = localHop({ kind: "coredns", name: "dns" });
  const octets = encodeQuery({ id: 7, name: "a.example.", type: "A" }) ?? new Uint8Array();
  const answer = await new NameServer("coredns", hop).answer(octets, arrival);
  expect(answer && decodeResponse(answer)?.rcode).toBe("REFUSED");
  expect(hop.spans).toMatchObject([
    {
      hop: "coredns",
      name: "dns",
      downstream: { protocol: "udp", local: arrival.local, remote: arrival.remote, ordinal: 7 },
      outcome: { kind: "answered", code: "REFUSED" },
      summary: "A a.example",
    },
  ]);
});

test("what others complete is sent when they have, and told with what was asked of them", async () => {
  const hop = localHop({ kind: "coredns", name: "dns" });
  const octets = encodeQuery({ id: 7, name: "a.example.", type: "A" }) ?? new Uint8Array();
  const upstream = { protocol: "udp", local: "127.0.0.1:4001", remote: "127.13.0.1:53", ordinal: 9 } as const;
  const complete: Complete = async (_table, exchange) => ({ exchange, upstreams: [upstream], outcome: { kind: "forwarded" } });
  const answer = await new NameServer("coredns", hop, { complete }).answer(octets, arrival);
  expect(answer && decodeResponse(answer)?.id).toBe(7);
  expect(hop.spans).toMatchObject([{ downstream: { ordinal: 7 }, upstreams: [upstream], outcome: { kind: "forwarded" } }]);
});

test("what is no query gets no answer and no span", () => {
  const hop = localHop({ kind: "route53", name: "route53" });
  expect(new NameServer("route53", hop).answer(Uint8Array.of(1, 2, 3), arrival)).toBeUndefined();
  expect(hop.spans).toEqual([]);
});
