import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixAll, lintTexts } from "../../src/lint/lint-texts.ts";

const shop = (path: string, annotations = "") => `# the shop
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop # its name
  annotations:
    ${annotations || "x: y"}
spec:
  ingressClassName: alb
  rules:
    -   http:
          paths:
            - {  path: ${path},   pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } } # keep
`;

test.each([
  ["a plain path", shop("/a/*"), shop("/a")],
  ["a path in double quotes", shop('"/a/*"'), shop('"/a"')],
  ["a path in single quotes", shop("'/*'"), shop("'/'")],
  [
    "an annotation a letter off",
    shop("/", "alb.ingress.kubernetes.io/health-check-path: /up"),
    shop("/", "alb.ingress.kubernetes.io/healthcheck-path: /up"),
  ],
  [
    "an annotation in quotes",
    shop("/", '"alb.ingress.kubernetes.io/schem": internal'),
    shop("/", '"alb.ingress.kubernetes.io/scheme": internal'),
  ],
  [
    "a key that would be there twice",
    shop("/", "alb.ingress.kubernetes.io/schem: internal\n    alb.ingress.kubernetes.io/scheme: internal"),
    undefined,
  ],
  ["a wildcard that is no prefix", shop("/a/*/b"), undefined],
])("%s", (_name, text, expected) => {
  const { texts, applied } = fixAll({ texts: new Map([["a.yaml", text]]), zones: [] }, {});
  expect(texts.get("a.yaml")).toBe(expected ?? text);
  expect(applied).toBe(expected === undefined ? 0 : 1);
});

test("an alias is left alone", () => {
  const text = shop("*p").replace("x: y", "x: &p /a/*");
  expect(fixAll({ texts: new Map([["a.yaml", text]]), zones: [] }, {}).texts.get("a.yaml")).toBe(text);
});

test("every place of the seeds that is mended for certain is mended, and nothing else of them changes", () => {
  const file = new URL("../../../../../fixtures/seeds/api.yaml", import.meta.url);
  const text = readFileSync(file, "utf8");
  const { texts, applied, findings } = fixAll({ texts: new Map([["api.yaml", text]]), zones: [] }, {});
  expect(applied).toBe(2);
  expect(texts.get("api.yaml")).toBe(text.replaceAll("/*\n", "\n"));
  expect(findings.map(({ code }) => code)).not.toContain("wildcard-path");
});

test("a finding stands at the line of its field, in an item of a List too", () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n${shop("/a/*").replace("# the shop\n", "").replaceAll(/^/gm, "    ").replace("    api", "  - api")}`;
  const texts = new Map([["a.yaml", list]]);
  expect(lintTexts({ texts, zones: [] }, {}).find(({ code }) => code === "wildcard-path")?.source).toBe("a.yaml:15");
});

test("what a comment ignores is not told", () => {
  const texts = new Map([["a.yaml", shop("/a/*").replace("# keep", "# loopway-lint-ignore: wildcard-path")]]);
  expect(lintTexts({ texts, zones: [] }, {}).map(({ code }) => code)).not.toContain("wildcard-path");
});

test("a file that is no YAML is a finding, and the others are linted", () => {
  const texts = new Map([
    ["a.yaml", "a: [\n"],
    ["b.yaml", shop("/a/*")],
  ]);
  const told = lintTexts({ texts, zones: [] }, {}).filter(({ severity }) => severity === "error");
  expect(told.map(({ code, source }) => `${code} ${source}`)).toEqual(["unreadable-document a.yaml:2", "wildcard-path b.yaml:13"]);
});
