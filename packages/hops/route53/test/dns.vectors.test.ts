import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeResponse } from "@loopway/dns";
import { eventually, missing, vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { dig, exchangeUdp, openTcp, query } from "./clients.ts";
import { startRoute53, startTcp } from "./start.ts";
import { zoneObjects } from "./zones.ts";

interface Packet {
  name: string;
  base64: string;
  transport: "udp" | "tcp";
  expect: string;
  why: string;
}

interface DigCase {
  name: string;
  dig: string;
  rcode: string;
  expect: string[];
}

const folder = vectorsFolder("dns");
if (folder === undefined) test.skip("packets and queries of other people: LOOPWAY_VECTORS has no folder dns");
function read<T>(file: string, key: string): T[] {
  return folder === undefined ? [] : JSON.parse(readFileSync(join(folder, file), "utf8"))[key];
}
const packets = read<Packet>("malformed.json", "packets");
const digCases = read<DigCase>("edns-compliance.json", "queries");

const zone = "$ORIGIN zone.test.\n$TTL 3600\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\nwww A 192.0.2.1\nonly-a A 192.0.2.2\n";

const start = async () => (await startRoute53(zoneObjects(zone, "zone.test.zone"))).server;

/** "after every packet the server still answers a good query" */
async function expectAlive(server: Parameters<typeof exchangeUdp>[0]): Promise<void> {
  const response = await exchangeUdp(server, query(3, "www.zone.test"));
  expect(response && decodeResponse(response)?.answers[0]?.data).toBe("192.0.2.1");
}

describe.skipIf(packets.length === 0)("malformed packets, on real sockets", () => {
  test.each(packets.filter(({ transport }) => transport === "udp"))("$name ($why): $expect", async ({ base64, expect: expected }) => {
    const server = await start();
    const mayDrop = expected.split("|").includes("drop");
    const response = await exchangeUdp(server, Buffer.from(base64, "base64"), mayDrop ? 100 : 5000);
    expect(expected.split("|")).toContain(response === undefined ? "drop" : decodeResponse(response)?.rcode);
    await expectAlive(server);
  });

  test.each(packets.filter(({ transport }) => transport === "tcp"))("$name ($why): $expect", async ({ base64, expect: expected }) => {
    const server = await start();
    // The same server with a shorter patience, where the case is to see it end.
    const tcp = await openTcp(expected.endsWith("close") ? await startTcp({ zonesByName: new Map() }, 150) : server);
    tcp.send(Buffer.from(base64, "base64"));
    if (expected.endsWith("close")) await eventually(() => expect(tcp.isClosed).toBe(true));
    else await eventually(() => expect(tcp.messages).toHaveLength(2));
    tcp.end();
    await expectAlive(server);
  });
});

interface Sight {
  shows?: RegExp;
  hides?: RegExp;
}

const soaAnswer: Sight = { shows: /ANSWER SECTION:\nzone\.test\.\s+3600\s+IN\s+SOA/ };
const noData: Sight = { shows: /ANSWER: 0, AUTHORITY: 1[\s\S]*AUTHORITY SECTION:\nzone\.test\.\s+5\s+IN\s+SOA/ };
const version0: Sight = { shows: /EDNS: version: 0/ };
const dnssecOk: Sight = { shows: /EDNS:.* flags: do;/ };
const noFlags: Sight = { hides: /MBZ/ };
const noOption: Sight = { hides: /; (OPT=|COOKIE|NSID|CLIENT-SUBNET|EXPIRE)/ };
const answered: Sight = { shows: /MSG SIZE {2}rcvd: \d+/ };
const noAuthority: Sight = { hides: /AUTHORITY SECTION/ };

/** What the words of the cases mean in dig's output. */
const sights: ReadonlyMap<string, Sight> = new Map([
  ["SOA", soaAnswer],
  ["SOA in answer", soaAnswer],
  ["no SOA", { hides: /\sSOA\s+ns\.zone\.test\./ }],
  ["no OPT", { hides: /EDNS:/ }],
  ["OPT version 0", version0],
  ["OPT v0", version0],
  ["DO", dnssecOk],
  ["DO echoed if DO understood", dnssecOk],
  ["Z clear", noFlags],
  ["Z bits clear", noFlags],
  ["Z bit clear in reply", noFlags],
  ["option not echoed", noOption],
  ["unsupported options ignored", noOption],
  ["no echo of client cookie unless supported", noOption],
  ["NODATA", noData],
  ["NODATA + SOA in authority", noData],
  ["no answer; SOA in authority", noData],
  ["SOA in authority; ttl=min(SOA ttl, minimum)", noData],
  ["UDP size <= 512", { shows: /rcvd: ([1-4]?\d{1,2}|50\d|51[0-2])$/m }],
  ["treated as 512", { hides: /flags:[^;]* tc/ }],
  ["RD copied; RA only if recursion served", { shows: /flags: qr aa rd;/ }],
  ["minimal ANY or HINFO", { shows: /ANSWER: 1,/ }],
  ["question echoed with the same case", { shows: /^;wWw\.zone\.test\./m }],
  ["header only", { shows: /QUERY: 0, ANSWER: 0, AUTHORITY: 0/ }],
  ["no upward referral", noAuthority],
  ["no zone data unless allowed", noAuthority],
  // Nothing in this zone is long enough to be cut: answer-query.test.ts of core/dns does that.
  ["TC if cut", answered],
  ["always answered", answered],
]);

describe.skipIf(digCases.length === 0 || missing("dig"))("EDNS compliance, asked by dig", () => {
  test.each(digCases)("$name: $dig", async ({ dig: words, rcode, expect: expected }) => {
    const server = await start();
    const output = await dig(server, ...words.replaceAll("ZONE", "zone.test").split(" "));
    // dig says no rcode of a zone transfer.
    const status = output.includes("Transfer failed") ? "REFUSED" : /status: (\w+)/.exec(output)?.[1];
    expect(rcode.split("|")).toContain(status);
    for (const word of expected) {
      const sight = sights.get(word);
      if (sight === undefined) throw new Error(`no check for "${word}"`);
      if (sight.shows !== undefined) expect(output).toMatch(sight.shows);
      if (sight.hides !== undefined) expect(output).not.toMatch(sight.hides);
    }
  });
});
