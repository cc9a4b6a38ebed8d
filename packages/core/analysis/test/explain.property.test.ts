import { ObjectCache } from "@loopway/kube";
import type { KubeObject, Listener, LoadBalancer, Rule } from "@loopway/model";
import { compileStack, loadRegexEngine, matchLinear, matchRule, type RequestView, type RuleInput } from "@loopway/routing";
import { request, ruleTable } from "@loopway/routing/random-tables";
import fc from "fast-check";
import { expect, test } from "vitest";
import { explain, type Settled } from "../src/index.ts";

const compileRegex = await loadRegexEngine();
const ADDRESS = "127.12.0.1";
const meta = (name: string) => ({ name, namespace: "kube-system" });
const apiVersion = "elbv2.services.k8s.aws/v1alpha1";

const loadBalancer: LoadBalancer = {
  apiVersion,
  kind: "LoadBalancer",
  metadata: meta("lb"),
  spec: { name: "lb", type: "application", scheme: "internet-facing" },
  status: { availabilityZones: [{ zoneName: "a", loadBalancerAddresses: [{ ipAddress: ADDRESS }] }] },
};
const listener: Listener = {
  apiVersion,
  kind: "Listener",
  metadata: meta("http"),
  spec: { loadBalancerRef: { from: { name: "lb" } }, port: 80, protocol: "HTTP", defaultActions: [answerWith("default")] },
};

function answerWith(messageBody: string) {
  return { type: "fixed-response" as const, fixedResponseConfig: { statusCode: "200", messageBody } };
}

function ruleObject({ id, priority, conditions }: RuleInput): Rule {
  const spec = { listenerRef: { from: { name: "http" } }, priority, conditions: [...conditions], actions: [answerWith(id)] };
  return { apiVersion, kind: "Rule", metadata: meta(id), spec };
}

/** What settling would come to for a load balancer with these rules. */
function settledWith(rules: readonly Rule[]): Settled {
  const snapshot = new ObjectCache();
  for (const object of [loadBalancer, listener, ...rules] as KubeObject[]) snapshot.put(object);
  const { table } = compileStack({ loadBalancer, listeners: [listener], rules, targetGroups: [] }, { compileRegex });
  return { snapshot, loadBalancers: [{ loadBalancer, table, groupId: "a/b", ingresses: [] }], problems: [], ignored: [] };
}

function bodyOf(settled: Settled, { host, path, query, method, keys, values, sourceIp }: RequestView): string | undefined {
  const headers = [{ name: "Host", value: host }, ...keys.map((name, index) => ({ name, value: values[index] ?? "" }))];
  const url = `http://${ADDRESS}${path}${query === undefined ? "" : `?${query}`}`;
  const { response } = explain(settled, { method, url, headers, sourceIp }).visits[0] ?? {};
  return response?.kind === "fixed-response" ? response.body : undefined;
}

/** No URL has another path. */
const absolute = request.filter(({ path }) => path.startsWith("/"));

test("explain, the load balancer's table and the oracle give one answer", () => {
  fc.assert(
    fc.property(ruleTable, fc.array(absolute, { minLength: 5, maxLength: 5 }), (input, requests) => {
      const settled = settledWith(input.map(ruleObject));
      const rules = settled.loadBalancers[0]?.table.listeners[0]?.rules;
      if (rules === undefined) throw new Error("the listener is there");
      for (const view of requests) {
        const expected = matchLinear(rules.rules, view)?.id ?? "default";
        expect(rules.rules[matchRule(rules, view)]?.id ?? "default").toBe(expected);
        expect(bodyOf(settled, view)).toBe(expected);
      }
    }),
    { numRuns: 500 },
  );
});
