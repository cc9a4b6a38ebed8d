/** Shadows over random rules: a rule that is called shadowed takes no request; every witness goes to the rule that the linear matcher names. */
import type { Ingress, RuleCondition } from "@loopway/model";
import { matchLinear, type RequestView } from "@loopway/routing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ListenerView, RuleView } from "../../src/lint/group-view.ts";
import { findShadows } from "../../src/lint/shadows.ts";
import { findWitness } from "../../src/lint/witness.ts";
import { ingress, path } from "../fixtures/manifests.ts";
import { API, findingsIn, placesOf, shop, WEB } from "./linted.ts";

const object: Ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "shop", namespace: "default" } };

const hosts = fc.subarray(["a.x.com", "b.x.com", "*.x.com", "?.x.com", "*"], { minLength: 1, maxLength: 2 });
const paths = fc.subarray(["/", "/a", "/a/*", "/*", "/a/b", "/?"], { minLength: 1, maxLength: 2 });
const methods = fc.subarray(["GET", "POST"], { minLength: 1 });
const sources = fc.subarray(["10.0.0.0/8", "10.1.0.0/16"], { minLength: 1 });
const queries = fc.constantFrom({ value: "1" }, { key: "k", value: "1" }, { key: "k", value: "*" });
const headers = fc.subarray(["1", "1*"], { minLength: 1 });

const conditions: fc.Arbitrary<RuleCondition[]> = fc
  .record({ hosts, paths, methods, sources, queries, headers }, { requiredKeys: [] })
  .map((parts) => [
    ...(parts.methods === undefined ? [] : [{ field: "http-request-method" as const, httpRequestMethodConfig: { values: parts.methods } }]),
    ...(parts.sources === undefined ? [] : [{ field: "source-ip" as const, sourceIPConfig: { values: parts.sources } }]),
    ...(parts.queries === undefined ? [] : [{ field: "query-string" as const, queryStringConfig: { values: [parts.queries] } }]),
    ...(parts.headers === undefined
      ? []
      : [{ field: "http-header" as const, httpHeaderConfig: { httpHeaderName: "x", values: parts.headers } }]),
    ...(parts.hosts === undefined ? [] : [{ field: "host-header" as const, hostHeaderConfig: { values: parts.hosts } }]),
    ...(parts.paths === undefined ? [] : [{ field: "path-pattern" as const, pathPatternConfig: { values: parts.paths } }]),
  ]);

const requests: fc.Arbitrary<RequestView> = fc.record({
  host: fc.constantFrom("a.x.com", "b.x.com", "c.d.x.com", "y.com"),
  path: fc.constantFrom("/", "/a", "/a/", "/a/b", "/z", "/zz"),
  query: fc.constantFrom(undefined, "k=1", "k=2", "j=1"),
  method: fc.constantFrom("GET", "POST", "PUT"),
  keys: fc.constant(["x"]),
  values: fc.constantFrom(["1"], ["12"], ["2"]),
  sourceIp: fc.constantFrom("10.1.2.3", "10.2.2.3", "11.0.0.1"),
});

function listenerOf(all: readonly RuleCondition[][]): ListenerView {
  const rules = all.map((own, index): RuleView => {
    const rule = {
      apiVersion: "v1",
      kind: "Rule" as const,
      metadata: { name: `${index}` },
      spec: { listenerRef: { from: { name: "l" } }, priority: index + 1, conditions: own, actions: [] },
    };
    return { object, path: `/${index}`, rule };
  });
  return { listener: {} as ListenerView["listener"], listenerPort: 80, protocol: "HTTP", ingresses: [object], rules, isRedirected: false };
}

const inputs = (rules: readonly RuleView[]) =>
  rules.map(({ rule }) => ({ id: rule.metadata.name, priority: rule.spec.priority, conditions: rule.spec.conditions }));

test("a shadowed rule takes no request, and its witness is one of its own that an earlier rule takes", () => {
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(conditions, { minLength: 2, maxLength: 6 }),
      fc.array(requests, { minLength: 30, maxLength: 30 }),
      (all, samples) => {
        const listener = listenerOf(all.filter((own) => own.length > 0));
        for (const { rule, box } of findShadows(listener)) {
          found++;
          const id = rule.rule.metadata.name;
          for (const request of samples) expect(matchLinear(inputs(listener.rules), request)?.id).not.toBe(id);
          const witness = findWitness(listener, rule, box);
          expect(witness).toBeDefined();
          const { hostname, pathname, search } = new URL(witness?.url ?? "");
          const asked: RequestView = {
            host: hostname,
            path: pathname,
            query: search === "" ? undefined : search.slice(1),
            method: witness?.method ?? "",
            keys: Object.keys(witness?.headers ?? {}),
            values: Object.values(witness?.headers ?? {}),
            sourceIp: witness?.sourceIp ?? "203.0.113.7",
          };
          expect(matchLinear(inputs([rule]), asked)?.id).toBe(id);
          expect(`/${matchLinear(inputs(listener.rules), asked)?.id}`).toBe(witness?.takenBy.path);
        }
      },
    ),
    { seed: 7, numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(500);
});

test("a rule that is covered by two others together is shadowed, and both are named", () => {
  const both = `conditions.api: '[{"field":"path-pattern","pathPatternConfig":{"values":["/b"]}}]'`;
  const findings = findingsIn(
    shop({
      paths: [path("/a", "web"), path("/b", "web"), path("/a", "api")].map((item) => item.replace("Prefix", "Exact")),
      annotations: [both],
    }),
  ).filter(({ code }) => code === "shadowed-rule");
  expect(findings.map(({ path: at, related }) => ({ at, by: related.map((each) => each.path) }))).toEqual([
    { at: "/spec/rules/0/http/paths/2", by: ["/spec/rules/0/http/paths/0", "/spec/rules/0/http/paths/1"] },
  ]);
});

test("the witness of a rule behind another Ingress of its group names that Ingress", () => {
  const annotations = "alb.ingress.kubernetes.io/group.name: g";
  const text =
    ingress("a", { host: "'*.example.com'", paths: [path("/", "web")], annotations }) +
    ingress("b", { host: "api.example.com", paths: [path("/v1", "api")], annotations }) +
    WEB +
    API;
  const [finding] = findingsIn(text).filter(({ code }) => code === "shadowed-rule");
  expect(finding).toMatchObject({
    object: "Ingress default/b",
    witness: {
      method: "GET",
      url: "http://api.example.com/v1",
      takenBy: { object: "Ingress default/a", path: "/spec/rules/0/http/paths/0" },
    },
  });
  expect(placesOf("catch-all-first", text)).toEqual([]);
});
