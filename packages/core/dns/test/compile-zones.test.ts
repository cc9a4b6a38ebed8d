import type { RecordSet } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { compileZones } from "../src/compile-zones.ts";
import { CLASS_IN } from "../src/message.ts";
import { resolveQuery } from "../src/resolve-query.ts";
import type { ZoneTable } from "../src/zone-table.ts";
import { hostedZone, loadBalancer, recordSet } from "./zones.ts";

const zone = hostedZone("example.com.");
const elb = "k8s-default-api-1234567890-99.us-east-1.elb.amazonaws.com";
const nlb = "k8s-net-1.elb.us-east-1.amazonaws.com";
const lb = loadBalancer(elb, ["127.12.0.1", "127.12.0.2", "127.12.0.3"]);

type Spec = Omit<RecordSet["spec"], "hostedZoneRef">;

function a(name: string, value = "192.0.2.1", more: Partial<Spec> = {}): Spec {
  return { name, recordType: "A", ttl: 60, resourceRecords: [{ value }], ...more };
}

function alias(name: string, dnsName: string, recordType = "A"): Spec {
  return { name, recordType, aliasTarget: { dnsName, hostedZoneID: "Z35SXDOTRQ7X7K", evaluateTargetHealth: true } };
}

function compile(...specs: Spec[]) {
  return compileZones({ hostedZones: [zone], recordSets: specs.map((spec) => recordSet("example.com.", spec)), loadBalancers: [lb] });
}

/** "NOERROR 60 127.12.0.1,127.12.0.2" */
function ask(table: ZoneTable, question: string, turn = 0): string {
  const [name = "", type = "A"] = question.split(" ");
  const { rcode, decision } = resolveQuery(table, { name, type, class: CLASS_IN }, turn);
  return [rcode, decision.ttl, decision.answers.join(",")].join(" ").trim();
}

describe("load balancers' own names", () => {
  const { table } = compileZones({
    hostedZones: [],
    recordSets: [],
    loadBalancers: [lb, loadBalancer(nlb, ["127.12.0.9"]), loadBalancer("early.us-east-1.elb.amazonaws.com", [])],
  });

  test.each([
    [`${elb}.`, "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
    [`dualstack.${elb}.`, "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
    [`${elb.toUpperCase()}.`, "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
    [`${nlb}.`, "NOERROR 60 127.12.0.9"],
    [`${elb}. AAAA`, "NOERROR 900"],
    ["gone.us-east-1.elb.amazonaws.com.", "NXDOMAIN 900"],
    ["early.us-east-1.elb.amazonaws.com.", "NXDOMAIN 900"],
    ["s3.amazonaws.com.", "REFUSED 0"],
  ])("%s", (question, expected) => {
    expect(ask(table, question)).toBe(expected);
  });

  test.each([
    [["us-east-1b"], "NOERROR 60 127.12.0.1,127.12.0.3"],
    [["us-east-1a", "us-east-1b", "us-east-1c"], "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
  ])("with %s withdrawn: %s", (withdrawnAvailabilityZones, expected) => {
    const partial = { ...lb, status: { ...lb.status, withdrawnAvailabilityZones } };
    const { table: others } = compileZones({ hostedZones: [], recordSets: [], loadBalancers: [partial] });
    expect(ask(others, `${elb}.`)).toBe(expected);
  });

  test("addresses rotate from answer to answer", () => {
    expect([0, 1, 2, 3].map((turn) => ask(table, `${elb}.`, turn))).toEqual([
      "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3",
      "NOERROR 60 127.12.0.2,127.12.0.3,127.12.0.1",
      "NOERROR 60 127.12.0.3,127.12.0.1,127.12.0.2",
      "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3",
    ]);
  });

  test("a load balancer cannot take a name outside of Elastic Load Balancing", () => {
    const stranger = loadBalancer("www.example.com", ["192.0.2.66"]);
    const { table: safe } = compileZones({ hostedZones: [zone], recordSets: [], loadBalancers: [stranger] });
    expect(ask(safe, "www.example.com.")).toBe("NXDOMAIN 900");
  });
});

describe("aliases", () => {
  const { table, problems } = compile(
    alias("api.example.com.", elb),
    alias("api.example.com.", `dualstack.${elb}.`, "AAAA"),
    alias("example.com.", `dualstack.${elb.toUpperCase()}`),
    alias("*.wild.example.com.", elb),
    a("www.example.com.", "192.0.2.7", { ttl: 77 }),
    alias("to-record.example.com.", "www.example.com"),
    alias("to-alias.example.com.", "to-record.example.com"),
    alias("lost.example.com.", "gone.us-east-1.elb.amazonaws.com"),
    alias("ring1.example.com.", "ring2.example.com"),
    alias("ring2.example.com.", "ring1.example.com"),
  );

  test.each([
    ["to a load balancer: its addresses for 60 s", "api.example.com.", "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
    ["AAAA of an IPv4 load balancer: NODATA", "api.example.com. AAAA", "NOERROR 900"],
    ["at the apex, through dualstack.", "example.com.", "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
    ["a wildcard", "a.b.wild.example.com.", "NOERROR 60 127.12.0.1,127.12.0.2,127.12.0.3"],
    ["to another record: its TTL", "to-record.example.com.", "NOERROR 77 192.0.2.7"],
    ["to an alias", "to-alias.example.com.", "NOERROR 77 192.0.2.7"],
    ["to what is not there: NODATA", "lost.example.com.", "NOERROR 900"],
    ["a ring: NODATA", "ring1.example.com.", "NOERROR 900"],
    ["it is not to be seen", "api.example.com. CNAME", "NOERROR 900"],
  ])("%s", (_, question, expected) => {
    expect(ask(table, question)).toBe(expected);
  });

  test("what leads nowhere is said as a warning", () => {
    expect(problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`)).toEqual([
      "warning /spec/aliasTarget/dnsName there is no load balancer and no record named gone.us-east-1.elb.amazonaws.com.",
      "warning /spec/aliasTarget/dnsName the alias leads back to itself through ring2.example.com.",
      "warning /spec/aliasTarget/dnsName the alias leads back to itself through ring1.example.com.",
    ]);
  });
});

describe("a bad object disables itself, never the zone", () => {
  const cases: [what: string, spec: Spec, path: string, message: string][] = [
    ["an address that is none", a("bad.example.com.", "192.0.2"), "/spec/resourceRecords/0/value", '"192.0.2" is no IPv4 address'],
    [
      "an unknown type",
      a("bad.example.com.", "x", { recordType: "NAPTR" }),
      "/spec/recordType",
      '"NAPTR" is not served; these types are: A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SPF, SRV, TXT',
    ],
    ["no values", { name: "bad.example.com.", recordType: "A", ttl: 60 }, "/spec/resourceRecords", "from 1 to 400 values are needed"],
    [
      "no TTL",
      { name: "bad.example.com.", recordType: "A", resourceRecords: [{ value: "192.0.2.1" }] },
      "/spec/ttl",
      "a record that is no alias needs a ttl",
    ],
    [
      "a TTL of 32 bits",
      a("bad.example.com.", "192.0.2.1", { ttl: 2 ** 31 }),
      "/spec/ttl",
      "2147483648 is no number of seconds from 0 to 2147483647",
    ],
    ["a name outside", a("www.example.net."), "/spec/name", "RRSet with DNS name www.example.net. is not permitted in zone example.com."],
    ["a name with an empty label", a("a..example.com."), "/spec/name", '"a..example.com." has an empty label'],
    [
      "TXT without quotes",
      a("bad.example.com.", "v=spf1", { recordType: "TXT" }),
      "/spec/resourceRecords/0/value",
      "v=spf1 must be enclosed in quotation marks",
    ],
    [
      "two values in one",
      a("bad.example.com.", "192.0.2.1\n192.0.2.2"),
      "/spec/resourceRecords/0/value",
      "one line with one value is expected",
    ],
    [
      "a CNAME at the apex",
      a("example.com.", "x.example.com", { recordType: "CNAME" }),
      "/spec/name",
      "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.",
    ],
    [
      "a routing policy",
      a("bad.example.com.", "192.0.2.1", { setIdentifier: "a", weight: 1 }),
      "/spec/setIdentifier",
      "routing policies other than simple are not emulated yet",
    ],
    [
      "an alias with values",
      { ...a("bad.example.com."), aliasTarget: { dnsName: elb } },
      "/spec/aliasTarget",
      "an alias has neither ttl nor resourceRecords of its own",
    ],
  ];
  test.each(cases)("%s", (_, spec, path, message) => {
    const { table, problems } = compile(a("www.example.com."), spec);
    expect(problems.map((problem) => ({ ...problem, object: problem.object?.replace(/\d+/, "N") }))).toEqual([
      { code: "E_INVALID", severity: "error", object: "RecordSet kube-system/record-N", path, message },
    ]);
    expect(ask(table, "www.example.com.")).toBe("NOERROR 60 192.0.2.1");
    expect(ask(table, "bad.example.com.")).toBe("NXDOMAIN 900");
  });

  test("of two objects for one name and type the older counts", () => {
    const older = recordSet("example.com.", a("www.example.com.", "192.0.2.1"), { creationTimestamp: "2026-01-01T00:00:00Z" });
    const newer = recordSet("example.com.", a("WWW.example.com", "192.0.2.2"), { creationTimestamp: "2026-01-02T00:00:00Z" });
    const cname = recordSet("example.com.", a("www.example.com", "x.example.com.", { recordType: "CNAME" }), {
      creationTimestamp: "2026-01-03T00:00:00Z",
    });
    const { table, problems } = compileZones({ hostedZones: [zone], recordSets: [cname, newer, older], loadBalancers: [] });
    expect(ask(table, "www.example.com.")).toBe("NOERROR 60 192.0.2.1");
    expect(problems.map(({ message }) => message)).toEqual([
      `record set [name='www.example.com.', type='A'] already exists (${older.metadata.name})`,
      "RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
    ]);
  });

  test("of two hosted zones of one name the older serves", () => {
    const twin = hostedZone("Example.com", { name: "twin", creationTimestamp: "2026-01-02T00:00:00Z" });
    const first = hostedZone("example.com.", { creationTimestamp: "2026-01-01T00:00:00Z" });
    const { table, problems } = compileZones({
      hostedZones: [twin, first],
      recordSets: [recordSet("twin", a("www.example.com.", "192.0.2.2")), recordSet("example.com.", a("www.example.com.", "192.0.2.1"))],
      loadBalancers: [],
    });
    expect(ask(table, "www.example.com.")).toBe("NOERROR 60 192.0.2.1");
    expect(problems.map(({ object, message }) => `${object}: ${message}`)).toEqual([
      "HostedZone kube-system/twin: hosted zone kube-system/example.com already serves example.com.",
    ]);
  });

  test("a record set whose hosted zone is still on its way is a warning", () => {
    const { problems } = compileZones({
      hostedZones: [],
      recordSets: [recordSet("example.com.", a("www.example.com."))],
      loadBalancers: [],
    });
    expect(problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      "warning there is no hosted zone named example.com",
    ]);
  });

  test("names are read with Route 53's octal escapes, absolute with or without the final dot", () => {
    const { table, problems } = compile(a("\\052.Dev.example.com"), a("a\\054b.example.com."));
    expect(problems).toEqual([]);
    expect(ask(table, "x.dev.example.com.")).toBe("NOERROR 60 192.0.2.1");
    expect(ask(table, "a,b.example.com.")).toBe("NOERROR 60 192.0.2.1");
  });
});
