import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatData } from "../src/format-data.ts";
import { CLASS_IN, type ResourceRecord } from "../src/message.ts";
import { type Resolution, resolveQuery } from "../src/resolve-query.ts";
import { compileText, hostedZone, recordSet } from "./zones.ts";

const { table } = compileText(
  `
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 300
@ NS ns1
@ NS ns.example.net.
@ A 192.0.2.1
ns1 A 192.0.2.53
www 60 A 192.0.2.10
shop CNAME www
far CNAME www.example.net.
gone CNAME nothing
chain CNAME shop
loop1 CNAME loop2
loop2 CNAME loop1
self CNAME self
deep.below.ent A 192.0.2.20
*.dev 120 A 192.0.2.30
*.dev TXT "any"
login.dev A 192.0.2.31
host.rack.dev A 192.0.2.32
*.alias CNAME www
into CNAME x.sub.example.com.
part NS ns.part
part NS ns.example.net.
ns.part A 192.0.2.99
*.part A 192.0.2.98
topart CNAME www.part
`,
  {
    hostedZones: [hostedZone("sub.example.com.")],
    recordSets: [
      recordSet("sub.example.com.", { name: "x.sub.example.com.", recordType: "A", ttl: 30, resourceRecords: [{ value: "192.0.2.40" }] }),
      recordSet("sub.example.com.", {
        name: "back.sub.example.com.",
        recordType: "CNAME",
        ttl: 30,
        resourceRecords: [{ value: "www.example.com" }],
      }),
    ],
  },
);

function text({ name, type, ttl, data }: ResourceRecord): string {
  return `${name} ${ttl} ${type} ${formatData(type, data)}`;
}

function summary({ rcode, authoritative, answers, authority, additional }: Resolution): string[] {
  return [
    `${rcode}${authoritative ? " aa" : ""}`,
    ...answers.map(text),
    ...authority.map((record) => `authority ${text(record)}`),
    ...additional.map((record) => `additional ${text(record)}`),
  ];
}

const soa = "authority example.com. 300 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 300";
const www = "www.example.com. 60 A 192.0.2.10";
const referral = [
  "authority part.example.com. 3600 NS ns.part.example.com.",
  "authority part.example.com. 3600 NS ns.example.net.",
  "additional ns.part.example.com. 3600 A 192.0.2.99",
];

const cases: [what: string, question: string, ...expected: string[]][] = [
  ["an exact name", "www.example.com. A", "NOERROR aa", www],
  ["the case of the question is kept", "WwW.eXample.com. A", "NOERROR aa", "WwW.eXample.com. 60 A 192.0.2.10"],
  ["the apex", "example.com. A", "NOERROR aa", "example.com. 3600 A 192.0.2.1"],
  ["no such name", "nope.example.com. A", "NXDOMAIN aa", soa],
  ["a name below one that exists", "a.www.example.com. A", "NXDOMAIN aa", soa],
  ["another type of a name", "www.example.com. AAAA", "NOERROR aa", soa],
  ["a type nobody knows", "www.example.com. TYPE65280", "NOERROR aa", soa],
  ["an empty non-terminal", "below.ent.example.com. A", "NOERROR aa", soa],
  ["and the one above it", "ent.example.com. A", "NOERROR aa", soa],
  ["outside all zones", "www.example.net. A", "REFUSED"],
  ["the root", ". NS", "REFUSED"],
  ["above a zone", "com. A", "REFUSED"],
  ["a wildcard", "x.dev.example.com. A", "NOERROR aa", "x.dev.example.com. 120 A 192.0.2.30"],
  ["a wildcard, deeper", "y.x.dev.example.com. A", "NOERROR aa", "y.x.dev.example.com. 120 A 192.0.2.30"],
  ["a wildcard asked for by name", "*.dev.example.com. A", "NOERROR aa", "*.dev.example.com. 120 A 192.0.2.30"],
  ["a wildcard without the type", "x.dev.example.com. MX", "NOERROR aa", soa],
  ["the wildcard's parent", "dev.example.com. A", "NOERROR aa", soa],
  ["an existing name beats the wildcard", "login.dev.example.com. A", "NOERROR aa", "login.dev.example.com. 3600 A 192.0.2.31"],
  ["also where it lacks the type", "login.dev.example.com. TXT", "NOERROR aa", soa],
  ["below an existing name the wildcard does not reach", "a.login.dev.example.com. A", "NXDOMAIN aa", soa],
  ["nor below an empty non-terminal", "a.rack.dev.example.com. A", "NXDOMAIN aa", soa],
  ["the empty non-terminal itself", "rack.dev.example.com. A", "NOERROR aa", soa],
  ["a CNAME is chased", "shop.example.com. A", "NOERROR aa", "shop.example.com. 3600 CNAME www.example.com.", www],
  [
    "twice",
    "chain.example.com. A",
    "NOERROR aa",
    "chain.example.com. 3600 CNAME shop.example.com.",
    "shop.example.com. 3600 CNAME www.example.com.",
    www,
  ],
  ["a CNAME asked for", "shop.example.com. CNAME", "NOERROR aa", "shop.example.com. 3600 CNAME www.example.com."],
  ["a CNAME out of our zones", "far.example.com. A", "NOERROR aa", "far.example.com. 3600 CNAME www.example.net."],
  [
    "a CNAME to nothing: the last name's rcode",
    "gone.example.com. A",
    "NXDOMAIN aa",
    "gone.example.com. 3600 CNAME nothing.example.com.",
    soa,
  ],
  ["a CNAME to a name without the type", "shop.example.com. MX", "NOERROR aa", "shop.example.com. 3600 CNAME www.example.com.", soa],
  [
    "a loop ends",
    "loop1.example.com. A",
    "NOERROR aa",
    "loop1.example.com. 3600 CNAME loop2.example.com.",
    "loop2.example.com. 3600 CNAME loop1.example.com.",
  ],
  ["a loop of one", "self.example.com. A", "NOERROR aa", "self.example.com. 3600 CNAME self.example.com."],
  ["a wildcard CNAME", "x.alias.example.com. A", "NOERROR aa", "x.alias.example.com. 3600 CNAME www.example.com.", www],
  [
    "a CNAME into another zone of ours",
    "into.example.com. A",
    "NOERROR aa",
    "into.example.com. 3600 CNAME x.sub.example.com.",
    "x.sub.example.com. 30 A 192.0.2.40",
  ],
  ["and back", "back.sub.example.com. A", "NOERROR aa", "back.sub.example.com. 30 CNAME www.example.com.", www],
  ["the zone of the longest name answers", "x.sub.example.com. A", "NOERROR aa", "x.sub.example.com. 30 A 192.0.2.40"],
  ["a cut: a referral with glue", "part.example.com. A", "NOERROR", ...referral],
  ["its NS records are not ours to answer", "part.example.com. NS", "NOERROR", ...referral],
  ["below a cut, whatever is there", "a.part.example.com. A", "NOERROR", ...referral],
  ["even glue", "ns.part.example.com. A", "NOERROR", ...referral],
  ["DS at a cut is the parent's", "part.example.com. DS", "NOERROR aa", soa],
  ["a CNAME to below a cut", "topart.example.com. A", "NOERROR aa", "topart.example.com. 3600 CNAME www.part.example.com.", ...referral],
  ["ANY gives one set", "www.example.com. ANY", "NOERROR aa", www],
  ["ANY does not chase", "shop.example.com. ANY", "NOERROR aa", "shop.example.com. 3600 CNAME www.example.com."],
  ["ANY of nothing", "nope.example.com. ANY", "NXDOMAIN aa", soa],
  ["no zone transfer", "example.com. AXFR", "REFUSED"],
  ["no incremental one either", "example.com. IXFR", "REFUSED"],
];

describe("a question finds its records", () => {
  test.each(cases)("%s: %s", (_, question, ...expected) => {
    const [name = "", type = ""] = question.split(" ");
    expect(summary(resolveQuery(table, { name, type, class: CLASS_IN }, 0))).toEqual(expected);
  });

  test.each([3, 4, 254, 255])("class %i is refused", (number) => {
    expect(resolveQuery(table, { name: "www.example.com.", type: "A", class: number }, 0).rcode).toBe("REFUSED");
  });

  test("a hosted zone without records of its own has Route 53's SOA and NS, and a negative TTL of 900 s", () => {
    const none = resolveQuery(table, { name: "no.sub.example.com.", type: "A", class: CLASS_IN }, 0);
    expect(summary(none)).toEqual([
      "NXDOMAIN aa",
      "authority sub.example.com. 900 SOA ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
    ]);
    const servers = resolveQuery(table, { name: "sub.example.com.", type: "NS", class: CLASS_IN }, 0);
    expect(servers.answers.map(({ ttl }) => ttl)).toEqual([172_800, 172_800, 172_800, 172_800]);
  });
});

describe("the decision says what was found and where", () => {
  test.each([
    ["shop.example.com. A", { record: "shop.example.com-cname", ttl: 60, answers: ["www.example.com.", "192.0.2.10"], rcode: "NOERROR" }],
    ["nope.example.com. A", { ttl: 300, answers: [], rcode: "NXDOMAIN" }],
  ])("%s", (question, expected) => {
    const [name = "", recordType = ""] = question.split(" ");
    const { decision } = resolveQuery(table, { name, type: recordType, class: CLASS_IN }, 0);
    expect(decision).toEqual({ kind: "record", name, recordType, hostedZone: "example.com.", ...expected });
  });

  test("nothing but the rcode outside all zones", () => {
    const { decision } = resolveQuery(table, { name: "Example.net.", type: "A", class: CLASS_IN }, 0);
    expect(decision).toEqual({ kind: "record", name: "example.net.", recordType: "A", ttl: 0, answers: [], rcode: "REFUSED" });
  });
});

describe("wildcards and empty non-terminals agree with their definition", () => {
  const name = fc.array(fc.constantFrom("a", "b", "*"), { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join(".")}.example.com.`);
  const owners = fc.uniqueArray(fc.tuple(name, fc.constantFrom("A", "TXT")), { maxLength: 8, selector: (owner) => owner.join(" ") });

  /** RFC 4592 §2.2.2, §3.3.1, word for word over a plain list. */
  function oracle(records: readonly (readonly [string, string])[], question: string, type: string): string {
    const exists = (asked: string) => asked === "example.com." || records.some(([owner]) => owner === asked || owner.endsWith(`.${asked}`));
    const answer = (owner: string) => (records.some(([own, ownType]) => own === owner && ownType === type) ? owner : "NODATA");
    if (exists(question)) return answer(question);
    let encloser = question;
    while (!exists(encloser)) encloser = encloser.slice(encloser.indexOf(".") + 1);
    return exists(`*.${encloser}`) ? answer(`*.${encloser}`) : "NXDOMAIN";
  }

  test("for random zones and questions", () => {
    fc.assert(
      fc.property(owners, name, fc.constantFrom("A", "TXT"), (records, question, type) => {
        const texts = records.map(([owner, own], index) => `${owner} 60 ${own} ${own === "A" ? `192.0.2.${index}` : index}`);
        const compiled = compileText(["example.com. 60 SOA n. h. 1 2 3 4 5", "example.com. 60 NS n.", ...texts].join("\n"));
        const { rcode, decision } = resolveQuery(compiled.table, { name: question, type, class: CLASS_IN }, 0);
        const owner = records[Number(/\d+(?="?$)/.exec(decision.answers[0] ?? "")?.[0])]?.[0];
        expect(owner ?? (rcode === "NXDOMAIN" ? rcode : "NODATA")).toBe(oracle(records, question, type));
      }),
      { seed: 53, numRuns: 3000 },
    );
  });
});
