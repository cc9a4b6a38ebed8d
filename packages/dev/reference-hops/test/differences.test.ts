/** The honest differences, each with its reason in README.md. */
import { createSocket } from "node:dgram";
import { encodeQuery } from "@loopway/dns";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import { serve } from "@loopway/route53";
import { fixtureObjects } from "@loopway/route53/test-zones";
import { eventually } from "@loopway/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { createDns2Server } from "../src/route53/name-server.ts";
import { startBoth } from "./engines.ts";

describe("http-proxy", () => {
  test("drops the framing of a DELETE with a chunked body, whose bytes the target then reads as a request", async () => {
    const [ours, reference] = await startBoth();
    const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    const text = `DELETE /app HTTP/1.1\r\nHost: api.test\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
    for (const { alb } of [ours, reference]) await alb.send(text, "target");
    expect(ours.target.requests).toEqual(["DELETE /app"]);
    await eventually(() => expect(reference.target.requests).toEqual(["DELETE /app", "GET /smuggled"]));
  });

  test("sends field names in lower case and repeated fields as one", async () => {
    const [ours, reference] = await startBoth();
    for (const { alb } of [ours, reference]) await alb.get("/app", "api.test", "X-One: a\r\nX-One: b\r\n");
    const fieldsOf = (headers: string[]) => headers.filter((_, index, all) => all[index - (index % 2)]?.toLowerCase() === "x-one");
    expect(fieldsOf(ours.target.headers)).toEqual(["X-One", "a", "X-One", "b"]);
    expect(fieldsOf(reference.target.headers)).toEqual(["x-one", "a, b"]);
  });
});

/** Header with so many questions, and what follows it. */
const packet = (id: number, flags: number, counts: readonly number[], rest: readonly number[] = []) =>
  Uint8Array.from([...[id, flags, ...counts].flatMap((word) => [word >>> 8, word & 255]), ...rest]);
const nameExample = [7, ...Buffer.from("example"), 3, ...Buffer.from("com"), 0];

/** [packet, octets, rcode of ours, what dns2 does; null: it says nothing] */
const malformed: ReadonlyArray<[string, Uint8Array, number, number | null]> = [
  ["no question", packet(1, 0, [0, 0, 0, 0]), 1, null],
  ["two questions", packet(2, 0, [2, 0, 0, 0], [...nameExample, 0, 1, 0, 1, ...nameExample, 0, 1, 0, 1]), 1, 0],
  ["a question that is cut off", packet(3, 0, [1, 0, 0, 0], nameExample.slice(0, 5)), 1, null],
  ["another opcode", packet(4, 0x2800, [1, 0, 0, 0], [...nameExample, 0, 6, 0, 1]), 4, 0],
  ["octets behind the last record", packet(5, 0, [1, 0, 0, 0], [...nameExample, 0, 6, 0, 1, 0xff]), 1, 0],
  ["EDNS of an unknown version", packet(6, 0, [1, 0, 0, 1], [...nameExample, 0, 6, 0, 1, 0, 0, 41, 4, 208, 0, 1, 0, 0, 0, 0]), 0, 0],
];

async function startNameServer(engine: Parameters<typeof serve>[1]): Promise<LocalHop> {
  const hop = localHop({ kind: "route53" }, fixtureObjects("example.com"));
  onTestFinished(() => hop.drain());
  await serve(hop, engine);
  return hop;
}

/** The rcode of the answer; null where another, proper query is answered first. */
async function rcodeOf(hop: LocalHop, octets: Uint8Array): Promise<number | null> {
  const { address, port } = hop.resolve("udp", { address: "127.13.0.1", port: 53 });
  const socket = createSocket("udp4");
  try {
    return await new Promise((resolve) => {
      socket.on("message", (message) => resolve(message.readUInt16BE(0) === 0xffff ? null : (message[3] ?? 0) & 15));
      socket.send(octets, port, address);
      socket.send(encodeQuery({ id: 0xffff, name: "example.com", type: "SOA" }) ?? "", port, address);
    });
  } finally {
    socket.close();
  }
}

describe("dns2", () => {
  test.each(malformed)("takes %s otherwise than ours", async (_, octets, own, other) => {
    const [ours, reference] = await Promise.all([startNameServer(undefined), startNameServer(createDns2Server)]);
    expect([await rcodeOf(ours, octets), await rcodeOf(reference, octets)]).toEqual([own, other]);
  });
});
