import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { answerQuery } from "../src/answer-query.ts";
import { decodeResponse } from "../src/stub.ts";
import { compileText } from "./zones.ts";

interface Packet {
  name: string;
  base64: string;
  transport: "udp" | "tcp";
  expect: string;
  why: string;
}

const folder = vectorsFolder("dns");
if (folder === undefined) test.skip("packets of other people: LOOPWAY_VECTORS has no folder dns");
const packets: Packet[] = folder === undefined ? [] : JSON.parse(readFileSync(join(folder, "malformed.json"), "utf8")).packets;
const datagrams = packets.filter(({ transport }) => transport === "udp");

const { table } = compileText("$ORIGIN zone.test.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\nwww A 192.0.2.1\n");

describe.skipIf(datagrams.length === 0)("datagrams that are not what they should be", () => {
  test.each(datagrams)("$name ($why): $expect", ({ base64, expect: expected }) => {
    const exchange = answerQuery(table, Buffer.from(base64, "base64"), { transport: "udp", turn: 0 });
    const result = exchange === undefined ? "drop" : decodeResponse(exchange.response)?.rcode;
    expect(expected.split("|")).toContain(result);
  });
});
