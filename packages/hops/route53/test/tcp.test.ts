import { compileZones, decodeResponse } from "@loopway/dns";
import type { HostedZone, RecordSet } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { frame, openTcp, query } from "./clients.ts";
import { startTcp } from "./start.ts";
import { fixtureObjects } from "./zones.ts";

const objects = fixtureObjects("example.com");
const { table } = compileZones({
  hostedZones: objects.filter((object): object is HostedZone => object.kind === "HostedZone"),
  recordSets: objects.filter((object): object is RecordSet => object.kind === "RecordSet"),
  loadBalancers: [],
});

const start = (idleMs = 10_000) => startTcp(table, idleMs);

const names = ["www.example.com", "nope.example.com", "example.net", "mail.example.com"];
const rcodes = ["NOERROR", "NXDOMAIN", "REFUSED", "NOERROR"];

function read(messages: readonly Buffer[]) {
  return messages.map((message) => decodeResponse(message)).map((response) => ({ id: response?.id, rcode: response?.rcode }));
}

const expected = rcodes.map((rcode, id) => ({ id, rcode }));
const stream = Buffer.concat(names.map((name, id) => frame(query(id, name))));

describe("DNS over TCP (RFC 7766)", () => {
  test("many queries in one segment are all answered on one connection", async () => {
    const tcp = await openTcp(await start());
    tcp.send(stream);
    await eventually(() => expect(read(tcp.messages)).toEqual(expected));
    tcp.end();
  });

  test("one octet at a time", async () => {
    const tcp = await openTcp(await start());
    for (const octet of stream) {
      tcp.send(Buffer.of(octet));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => expect(read(tcp.messages)).toEqual(expected));
    tcp.end();
  });

  test("length and message come in one piece", async () => {
    const tcp = await openTcp(await start());
    tcp.send(frame(query(1, "www.example.com")));
    await eventually(() => expect(tcp.messages).toHaveLength(1));
    expect(tcp.chunks).toEqual([2 + (tcp.messages[0]?.length ?? 0)]);
    tcp.end();
  });

  test("a client that closes its side still gets its answer", async () => {
    const tcp = await openTcp(await start());
    tcp.send(frame(query(1, "www.example.com")));
    tcp.end();
    await eventually(() => expect(tcp.isClosed).toBe(true));
    expect(read(tcp.messages)).toEqual([{ id: 1, rcode: "NOERROR" }]);
  });

  test.each([
    ["an empty message", Buffer.of(0, 0)],
    ["a message too short for a header", frame(Buffer.alloc(11))],
    ["a response", frame(Buffer.from("123481000000000000000000", "hex"))],
  ])("%s ends the connection", async (_, octets) => {
    const server = await start();
    const tcp = await openTcp(server);
    tcp.send(octets);
    await eventually(() => expect(tcp.isClosed).toBe(true));
    expect(tcp.messages).toEqual([]);
  });

  test.each([
    ["silence", Buffer.alloc(0)],
    ["a length without its message", Buffer.from("ffff1234", "hex")],
  ])("%s ends it when the idle time-out is over", async (_, octets) => {
    const tcp = await openTcp(await start(150));
    if (octets.length > 0) tcp.send(octets);
    await eventually(() => expect(tcp.isClosed).toBe(true));
  });

  test("a malformed query is answered, and the connection lives on", async () => {
    const tcp = await openTcp(await start());
    tcp.send(frame(query(5, "www.example.com").subarray(0, 20)));
    tcp.send(frame(query(6, "www.example.com")));
    await eventually(() =>
      expect(read(tcp.messages)).toEqual([
        { id: 5, rcode: "FORMERR" },
        { id: 6, rcode: "NOERROR" },
      ]),
    );
    tcp.end();
  });
});
