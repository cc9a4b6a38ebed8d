import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ChecksDescription } from "../src/check/describe-checks.ts";
import { checkFormats } from "../src/check/format-checks.ts";
import { parseChecks } from "../src/check/read-checks.ts";

const workspace = fileURLToPath(new URL("../../../..", import.meta.url));
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const schema = JSON.parse(readFileSync(join(workspace, "packages/core/analysis/check.schema.json"), "utf8")) as object;
const isPublished = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

/** `loopway check …WORDS` on the example. */
function loopwayCheck(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "check", ...words, "-f", "fixtures/seeds", "--lenient"], { cwd: workspace }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "loopway-check-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "routes.check.yaml");
  writeFileSync(file, text);
  return file;
}

const report: ChecksDescription = {
  cases: [
    { name: "holds", source: "a.check.yaml:2", passed: true, failures: [], unsupported: [] },
    {
      name: 'fails & "quotes", #1',
      source: "a.check.yaml:5",
      passed: false,
      failures: [{ field: "service", expected: "orders", actual: "default/payment:80" }],
      unsupported: ["validate.virtual_host_name"],
      answer: "default/payment:80 (ip)",
      rule: { loadBalancer: "web", priority: 3, origin: "Ingress default/web /spec", source: "k8s/web.yaml:14" },
    },
  ],
  passed: 1,
  failed: 1,
  rules: 2,
  covered: 1,
  uncovered: [{ loadBalancer: "web", listenerPort: 80, priority: 1, conditions: "any host  /x", source: "k8s/web.yaml:9" }],
};

describe("a report as", () => {
  test("text", () => {
    expect(checkFormats.text?.(report)).toMatchInlineSnapshot(`
      "FAIL  fails & "quotes", #1  (a.check.yaml:5)
              service: expected orders, got default/payment:80
              rule 3 (k8s/web.yaml:14) answers default/payment:80 (ip)
              not compared: validate.virtual_host_name has no meaning for an ALB

      1 of 2 cases hold; they reach 1 of 2 rules (50 %)
      not reached:
        rule 1 of port 80  any host  /x  k8s/web.yaml:9
      "
    `);
  });

  test("JUnit", () => {
    expect(checkFormats.junit?.(report)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="loopway check" tests="2" failures="1">
        <testsuite name="a.check.yaml" tests="2" failures="1">
          <testcase name="holds" classname="a.check.yaml" file="a.check.yaml" line="2"/>
          <testcase name="fails &amp; &quot;quotes&quot;, #1" classname="a.check.yaml" file="a.check.yaml" line="5">
            <failure message="service: expected orders, got default/payment:80">service: expected orders, got default/payment:80
      rule 3 (k8s/web.yaml:14) answers default/payment:80 (ip)
      not compared: validate.virtual_host_name has no meaning for an ALB</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test("TAP", () => {
    expect(checkFormats.tap?.(report)).toMatchInlineSnapshot(`
      "TAP version 13
      1..2
      ok 1 - holds
      not ok 2 - fails & "quotes",  1
      # at a.check.yaml:5
      # service: expected orders, got default/payment:80
      # rule 3 (k8s/web.yaml:14) answers default/payment:80 (ip)
      # not compared: validate.virtual_host_name has no meaning for an ALB
      # they reach 1 of 2 rules (50 %)
      "
    `);
  });

  test("annotations of GitHub", () => {
    expect(checkFormats.github?.(report)).toMatchInlineSnapshot(`
      "::error file=a.check.yaml,line=5,title=fails & "quotes"%2C #1::service: expected orders, got default/payment:80%0Arule 3 (k8s/web.yaml:14) answers default/payment:80 (ip)%0Anot compared: validate.virtual_host_name has no meaning for an ALB
      ::warning file=k8s/web.yaml,line=9,title=no routing test::no case reaches rule 1 of port 80  any host  /x  k8s/web.yaml:9
      1 of 2 cases hold; they reach 1 of 2 rules (50 %)
      "
    `);
  });

  test("JSON is what the schema says", () => {
    isPublished(JSON.parse(checkFormats.json?.(report) ?? ""));
    expect(isPublished.errors).toBeNull();
  });
});

test.each([
  ["tests:\n  - input: { url: nonsense }\n", "a.check.yaml:2: url: expected http://host/path or https://host/path"],
  ["tests:\n  - input: { host: a }\n    expect:\n      sttus: 200\n", /^a\.check\.yaml:4: sttus: no such field/],
  ["test: []\n", "a.check.yaml:1: no list of tests; expected `tests:` with a list below"],
  ["tests: [\n", /^a\.check\.yaml:\d+: not valid YAML/],
])("a bad test file is refused with its line: %j", (text, message) => {
  expect(() => parseChecks(text, "a.check.yaml")).toThrow(message);
});

test("the tests of the example hold and reach every rule; so do those in Envoy's words, to the part that they ask for", async () => {
  const { code, out } = await loopwayCheck("fixtures/routes/seeds.check.yaml", "--fail-under", "100");
  expect([code, out]).toEqual([0, "7 of 7 cases hold; they reach 4 of 4 rules (100 %)\n"]);
  const envoy = await loopwayCheck("fixtures/routes/seeds-envoy.check.yaml", "--fail-under", "51", "--format", "json");
  const described = JSON.parse(envoy.out) as ChecksDescription;
  expect([envoy.code, described.passed, described.covered]).toEqual([1, 3, 2]);
  expect(described.uncovered.map(({ source }) => source)).toEqual(["fixtures/seeds/api.yaml:21", "fixtures/seeds/flashapp.yaml:15"]);
  isPublished(described);
  expect(isPublished.errors).toBeNull();
});

test("what --init writes holds and reaches every rule", async () => {
  const { out } = await loopwayCheck("--init");
  const { code, out: result } = await loopwayCheck(fileOf(out), "--fail-under", "100");
  expect([code, result]).toEqual([0, "4 of 4 cases hold; they reach 4 of 4 rules (100 %)\n"]);
});

test("a case that fails names its line, the rule's line, what was expected and what there is; exit code 1", async () => {
  const file = fileOf(
    "tests:\n  - name: wrong\n    input: { url: http://api.example.com/v1/order/1 }\n    expect: { service: payment-service }\n",
  );
  const { code, out } = await loopwayCheck(file);
  expect(code).toBe(1);
  expect(out).toContain(`FAIL  wrong  (${file}:2)\n`);
  expect(out).toContain("service: expected payment-service, got default/orders-service:8080\n");
  expect(out).toContain("rule 2 (fixtures/seeds/api.yaml:14) answers default/orders-service:8080");
});

test.each([
  [[], "say which tests"],
  [["a.check.yaml", "--format", "xml"], "no format named xml; there are text, junit, tap, github, json"],
  [["a.check.yaml", "--fail-under", "101"], "--fail-under takes a percentage, 0 to 100"],
  [["no-such.check.yaml"], "cannot read no-such.check.yaml"],
])("%j is refused with exit code 2", async (words, message) => {
  const { code, err } = await loopwayCheck(...words);
  expect([code, err.includes(message)]).toEqual([2, true]);
});
