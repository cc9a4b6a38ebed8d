import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileZones } from "../src/compile-zones.ts";
import { formatData } from "../src/format-data.ts";
import { CLASS_IN } from "../src/message.ts";
import { parseZone } from "../src/parse-zone.ts";
import { hostedZoneObjectName, recordSetObjectName } from "../src/record-set-name.ts";
import { resolveQuery } from "../src/resolve-query.ts";
import { objectsOf } from "./zones.ts";

const head = "@ 900 IN SOA ns1 hostmaster 1 7200 900 1209600 300\n@ 900 IN NS ns1\n";
const dns1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

test("one HostedZone, and one RecordSet per name and type, with Route 53's texts and the line they came from", () => {
  const { hostedZones, recordSets } = objectsOf(
    `${head}WWW 60 A 192.0.2.1\nwww 60 A 192.0.2.2\n*.dev 60 TXT "a\\200" b\n`,
    "zones/example.com.zone",
  );
  expect(hostedZones).toEqual([
    {
      apiVersion: "route53.services.k8s.aws/v1alpha1",
      kind: "HostedZone",
      metadata: { name: "example.com", namespace: "kube-system", annotations: { "loopway.dev/source": "zones/example.com.zone" } },
      spec: { name: "example.com." },
    },
  ]);
  expect(recordSets.map(({ metadata }) => metadata.name)).toEqual([
    "example.com-soa",
    "example.com-ns",
    "www.example.com-a",
    expect.stringMatching(/^wildcard\.dev\.example\.com\.[0-9a-f]{8}-txt$/),
  ]);
  expect(recordSets[2]).toEqual({
    apiVersion: "route53.services.k8s.aws/v1alpha1",
    kind: "RecordSet",
    metadata: { name: "www.example.com-a", namespace: "kube-system", annotations: { "loopway.dev/source": "zones/example.com.zone:3" } },
    spec: {
      hostedZoneRef: { from: { name: "example.com", namespace: "kube-system" } },
      name: "www.example.com.",
      recordType: "A",
      ttl: 60,
      resourceRecords: [{ value: "192.0.2.1" }, { value: "192.0.2.2" }],
    },
  });
  expect(recordSets[3]?.spec).toMatchObject({ name: "*.dev.example.com.", resourceRecords: [{ value: '"a\\310" "b"' }] });
});

describe("object names", () => {
  test.each([
    ["www.example.com.", "A", "www.example.com-a"],
    ["WWW.Example.com.", "CNAME", "www.example.com-cname"],
    ["_sip._tcp.example.com.", "SRV", "sip.tcp.example.com.79fe6b47-srv"],
  ])("%s %s is %s", (name, type, expected) => {
    expect(recordSetObjectName(name, type)).toBe(expected);
  });

  test("any name gives a DNS-1123 subdomain, and no two the same", () => {
    const label = fc.stringMatching(/^[a-z0-9_*-]{1,30}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => `${labels.join(".")}.`);
    fc.assert(
      fc.property(name, name, (one, other) => {
        for (const object of [recordSetObjectName(one, "A"), hostedZoneObjectName(one)]) {
          expect(object).toMatch(dns1123);
          expect(object.length).toBeLessThanOrEqual(253);
        }
        expect(recordSetObjectName(one, "A") === recordSetObjectName(other, "A")).toBe(one === other);
      }),
      { seed: 53, numRuns: 2000 },
    );
  });
});

describe("the zones of the example", () => {
  const folder = fileURLToPath(new URL("../../../../fixtures/zones/", import.meta.url));

  test.each(["example.com", "flashapp.com"])("%s: every record of the file is answered, through the objects", (apex) => {
    const path = `${folder}${apex}.zone`;
    const text = readFileSync(path, "utf8");
    const { zone, problems } = parseZone(text, path);
    expect(problems).toEqual([]);
    const { table, problems: objectProblems } = compileZones({ ...objectsOf(text, path), loadBalancers: [] });
    expect(objectProblems).toEqual([]);
    const isDelegated = (name: string) => name.endsWith("partner.example.com.");
    for (const { name, type, ttl, data } of zone.records.filter((record) => !isDelegated(record.name))) {
      const { answers } = resolveQuery(table, { name, type, class: CLASS_IN }, 0);
      expect(answers.map((answer) => `${answer.name} ${answer.ttl} ${answer.type} ${formatData(answer.type, answer.data)}`)).toContain(
        `${name} ${ttl} ${type} ${formatData(type, data)}`,
      );
    }
  });

  test("leave to ExternalDNS what is its own", () => {
    const names = ["example.com", "flashapp.com"].flatMap((apex) => {
      const path = `${folder}${apex}.zone`;
      return parseZone(readFileSync(path, "utf8"), path).zone.records.map(({ name }) => name);
    });
    expect(names.filter((name) => /^(\*|api|flask-app)\.[^.]+\.com\.$/.test(name))).toEqual([]);
  });
});
