import type { Finding } from "@loopway/analysis";
import { expect, test } from "vitest";
import { formatGithub } from "../../src/lint/format-github.ts";
import { formatSarif } from "../../src/lint/format-sarif.ts";
import { formatText } from "../../src/lint/format-text.ts";

const place = { object: "Ingress default/a", path: "/spec/rules/0", source: "k8s/a b.yaml:7" };
const findings: Finding[] = [
  {
    code: "shadowed-rule",
    severity: "error",
    object: "Ingress default/b",
    path: "/spec/rules/1",
    source: "k8s/b.yaml:12",
    message: "never takes a request: 100 % of them\ngo elsewhere",
    suggestion: "put it first",
    witness: { method: "POST", url: "http://a.example.com/x?y=1", headers: { x: "1" }, takenBy: place },
    related: [{ ...place, message: "takes its requests" }],
  },
  { code: "quota-meter", severity: "info", object: "Ingress default/b", path: "", message: "rules 1 of 100", related: [] },
];

test("text: place, matter, remedy, witness; notes are counted and shown on demand", () => {
  const text = formatText(findings, { colour: false, notes: false });
  expect(text).toBe(`k8s/b.yaml:12  error shadowed-rule
  Ingress default/b /spec/rules/1
  never takes a request: 100 % of them
go elsewhere
  → put it first
  witness: curl -X POST -H 'x: 1' 'http://a.example.com/x?y=1'
    goes to k8s/a b.yaml:7 Ingress default/a

1 error, 0 warnings, 1 note (--notes shows them)
`);
  expect(formatText(findings, { colour: false, notes: true })).toContain("info quota-meter");
  expect(formatText(findings, { colour: true, notes: false })).toContain("\u001b[31merror\u001b[0m");
  expect(text).not.toContain("\u001b");
});

test("GitHub annotations escape what would end them", () => {
  expect(formatGithub(findings).split("\n")).toEqual([
    "::error file=k8s/b.yaml,line=12,title=shadowed-rule::Ingress default/b: never takes a request: 100 %25 of them%0Ago elsewhere%0A→ put it first",
    "::notice title=quota-meter::Ingress default/b: rules 1 of 100",
    "",
  ]);
});

test("SARIF 2.1.0: what the standard requires is there, and indices agree", () => {
  const log = JSON.parse(formatSarif(findings));
  expect(log).toMatchObject({ version: "2.1.0", $schema: expect.stringContaining("sarif-schema-2.1.0.json") });
  expect(log.runs).toHaveLength(1);
  const [{ tool, results }] = log.runs;
  expect(tool.driver.name).toBe("loopway lint");
  for (const rule of tool.driver.rules) {
    expect(rule).toEqual({
      id: expect.stringMatching(/^[a-z-]+$/),
      shortDescription: { text: expect.any(String) },
      help: { text: expect.any(String) },
      defaultConfiguration: { level: expect.stringMatching(/^(error|warning|note)$/) },
    });
  }
  expect(results).toHaveLength(2);
  for (const result of results) {
    expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result.level).toMatch(/^(error|warning|note)$/);
    expect(result.message.text).toEqual(expect.any(String));
    for (const location of [...result.locations, ...(result.relatedLocations ?? [])]) {
      expect(location.logicalLocations[0].fullyQualifiedName).toMatch(/^Ingress default/);
    }
  }
  expect(results[0].locations[0].physicalLocation).toEqual({ artifactLocation: { uri: "k8s/b.yaml" }, region: { startLine: 12 } });
  expect(results[0].relatedLocations[0].physicalLocation.artifactLocation.uri).toBe("k8s/a%20b.yaml");
  expect(results[1].locations[0]).not.toHaveProperty("physicalLocation");
});
