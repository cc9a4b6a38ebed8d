import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerQuery } from "../src/answer-query.ts";
import { type Answer, decodeResponse, encodeQuery } from "../src/stub.ts";
import { compileText } from "./zones.ts";

const { table } = compileText(`
$ORIGIN example.com.
$TTL 60
@ SOA ns1 hostmaster 1 7200 900 1209600 300
@ NS ns1
www A 192.0.2.1
www A 192.0.2.2
mail MX 10 www
mail TXT "one" "two \\"quoted\\""
sip SRV 1 2 5060 www
${Array.from({ length: 40 }, (_, index) => `many A 192.0.2.${index}`).join("\n")}
${Array.from({ length: 300 }, (_, index) => `huge TXT "${index} ${"x".repeat(240)}"`).join("\n")}
`);

function query(name: string, type: string): Uint8Array {
  const octets = encodeQuery({ id: 0x1234, name, type });
  if (octets === undefined) throw new Error(`${name} ${type} is no question`);
  return octets;
}

function ask(octets: Uint8Array, transport: "udp" | "tcp" = "udp"): Uint8Array {
  return answerQuery(table, octets, { transport, turn: 0 })?.response ?? new Uint8Array(0);
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}

/** OPT of encodeQuery's queries: the last eleven octets. */
const OPT_OCTETS = 11;

function withoutOpt(octets: Uint8Array): Uint8Array {
  const plain = octets.slice(0, -OPT_OCTETS);
  plain[11] = 0;
  return plain;
}

function withOpt(octets: Uint8Array, opt: { size?: number; version?: number; flags?: number }): Uint8Array {
  const changed = Buffer.from(octets);
  const at = changed.length - OPT_OCTETS;
  changed.writeUInt16BE(opt.size ?? 1232, at + 3);
  changed.writeUInt8(opt.version ?? 0, at + 6);
  changed.writeUInt16BE(opt.flags ?? 0, at + 7);
  return changed;
}

test("the octets of a response, names compressed", () => {
  expect(hex(ask(query("mail.example.com", "MX")))).toBe(
    [
      "1234 8500 0001 0001 0000 0001",
      "046d61696c 076578616d706c65 03636f6d 00 000f 0001",
      "c00c 000f 0001 0000003c 0008 000a 03777777 c011",
      "00 0029 04d0 00 00 0000 0000",
    ]
      .join("")
      .replaceAll(" ", ""),
  );
});

test("names of SRV targets are written in full (RFC 2782)", () => {
  expect(hex(ask(query("sip.example.com", "SRV")))).toContain(
    "000100021 3c4".replace(" ", "") + hex(Buffer.from("\x03www\x07example\x03com\x00")),
  );
});

describe("the header's bits", () => {
  const plain = withoutOpt(query("www.example.com", "A"));
  test.each([
    ["RD is copied, RA is not set", 0x0100, 0x8500],
    ["without RD", 0x0000, 0x8400],
    ["CD is copied", 0x0010, 0x8410],
    ["AD and Z are not", 0x0060, 0x8400],
    ["TC and rcode of a query are ignored", 0x030f, 0x8500],
  ])("%s", (_, asked, answered) => {
    const octets = Buffer.from(plain);
    octets.writeUInt16BE(asked, 2);
    expect(Buffer.from(ask(octets)).readUInt16BE(2)).toBe(answered);
  });

  test("a response gets no answer", () => {
    const octets = Buffer.from(plain);
    octets.writeUInt16BE(0x8000, 2);
    expect(answerQuery(table, octets, { transport: "udp", turn: 0 })).toBeUndefined();
  });
});

describe("EDNS(0)", () => {
  const octets = query("www.example.com", "A");
  const opt = (response: Uint8Array) => hex(response.subarray(response.length - OPT_OCTETS));

  test("no OPT in the query, none in the response", () => {
    const response = ask(withoutOpt(octets));
    expect(response[11]).toBe(0);
    expect(decodeResponse(response)?.answers).toHaveLength(2);
  });

  test.each([
    ["our size, no flags", {}, "00002904d0000000000000"],
    ["DO is echoed, other flags are not", { flags: 0xffff }, "00002904d0000080000000"],
    ["version 1: BADVERS, with version 0", { version: 1 }, "00002904d0010000000000"],
  ])("%s", (_, change, expected) => {
    expect(opt(ask(withOpt(octets, change)))).toBe(expected);
  });

  test("NXDOMAIN and REFUSED carry it as well", () => {
    expect(opt(ask(query("nope.example.com", "A")))).toBe("00002904d0000000000000");
    expect(opt(ask(query("example.net", "A")))).toBe("00002904d0000000000000");
  });
});

describe("what does not fit is cut", () => {
  const long = query("many.example.com", "A");
  test.each([
    ["512 octets without EDNS", withoutOpt(long), "udp", true],
    ["512 octets are taken as announced", withOpt(long, { size: 512 }), "udp", true],
    ["less than 512 counts as 512", withOpt(query("www.example.com", "A"), { size: 16 }), "udp", false],
    ["40 addresses fit into 1232", withOpt(long, { size: 4096 }), "udp", false],
    ["never more than 1232 over UDP", withOpt(query("huge.example.com", "TXT"), { size: 65_535 }), "udp", true],
    ["all of it over TCP", withoutOpt(long), "tcp", false],
    ["but no message has more than 65,535 octets", query("huge.example.com", "TXT"), "tcp", true],
  ] as const)("%s", (_, octets, transport, truncated) => {
    const response = ask(octets, transport);
    const read = decodeResponse(response);
    expect(read?.truncated).toBe(truncated);
    expect((read?.answers.length ?? 0) > 0).toBe(!truncated);
    expect(response[11]).toBe(octets[11]);
    expect(response.length).toBeLessThanOrEqual(transport === "tcp" ? 65_535 : 1232);
  });
});

describe("no octets make the codec throw, or an answer without bound", () => {
  const seeds = [query("www.example.com", "A"), query("a.b.c.example.com", "ANY"), withoutOpt(query("mail.example.com", "TXT"))];
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }), fc.nat(60))
    .map(([seed, changes, cut]) => {
      const octets = Buffer.from(seed);
      for (const [at, value] of changes) octets[at % octets.length] = value;
      return cut < 10 ? octets.subarray(0, octets.length - cut) : octets;
    });

  test("queries", () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 600 })), (octets) => {
        const exchange = answerQuery(table, octets, { transport: "udp", turn: 1 });
        if (exchange === undefined) return;
        expect(exchange.response.length).toBeGreaterThanOrEqual(12);
        expect(exchange.response.length).toBeLessThanOrEqual(1232);
        expect(decodeResponse(exchange.response)).toBeDefined();
        expect(exchange.response.subarray(0, 2)).toEqual(Uint8Array.from(octets.subarray(0, 2)));
      }),
      { seed: 53, numRuns: 20_000 },
    );
  });

  test("responses", () => {
    const responses = [ask(query("mail.example.com", "TXT")), ask(query("mail.example.com", "MX")), ask(query("many.example.com", "A"))];
    const changed = fc
      .tuple(fc.constantFrom(...responses), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }))
      .map(([seed, changes]) => {
        const octets = Uint8Array.from(seed);
        for (const [at, value] of changes) octets[at % octets.length] = value;
        return octets;
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 300 })), (octets) => {
        // A record has eleven octets at the least.
        expect(decodeResponse(octets)?.answers.length ?? 0).toBeLessThanOrEqual(octets.length / 11);
      }),
      { seed: 53, numRuns: 10_000 },
    );
  });
});

describe("what is asked comes back", () => {
  const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
  const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => `${labels.join(".")}.`);

  test("any name, with its case", () => {
    fc.assert(
      fc.property(name, fc.nat(0xffff), (asked, id) => {
        const octets = encodeQuery({ id, name: asked, type: "AAAA" });
        const exchange = octets && answerQuery(table, octets, { transport: "udp", turn: 0 });
        const response = exchange && decodeResponse(exchange.response);
        expect(response).toMatchObject({ id, question: { name: asked, type: "AAAA" } });
      }),
      { seed: 53 },
    );
  });

  test("any octets in a label", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 63 }), (octets) => {
        const escaped = Array.from(octets, (octet) => `\\${String(octet).padStart(3, "0")}`).join("");
        const asked = query(escaped, "A");
        expect(hex(asked)).toContain(hex(Uint8Array.of(octets.length, ...octets, 0)));
        const question = answerQuery(table, asked, { transport: "udp", turn: 0 })?.query.question;
        expect(query(question?.name ?? "", "A")).toEqual(asked);
      }),
      { seed: 53 },
    );
  });

  test.each(["", "a..b", "a".repeat(64), `${"a.".repeat(128)}`, "é.example"])("%s is no name to ask for", (asked) => {
    expect(encodeQuery({ id: 1, name: asked, type: "A" })).toBeUndefined();
  });
});

test("the stub reads answers as text", () => {
  const answers = (name: string, type: string): Answer[] | undefined => decodeResponse(ask(query(name, type)))?.answers;
  expect(answers("www.example.com", "A")).toEqual([
    { name: "www.example.com.", type: "A", ttl: 60, data: "192.0.2.1" },
    { name: "www.example.com.", type: "A", ttl: 60, data: "192.0.2.2" },
  ]);
  expect(answers("mail.example.com", "TXT")).toEqual([
    { name: "mail.example.com.", type: "TXT", ttl: 60, data: '"one" "two \\"quoted\\""' },
  ]);
  expect(answers("sip.example.com", "SRV")?.[0]?.data).toBe("1 2 5060 www.example.com.");
});

test("a TTL with its top bit set counts as 0 (RFC 2181 §8)", () => {
  const response = Buffer.from(ask(withoutOpt(query("www.example.com", "A"))));
  response.writeUInt32BE(0x8000_0001, 33 + 6);
  expect(decodeResponse(response)?.answers[0]?.ttl).toBe(0);
});
