// Random tables and requests: each request's line carries the rule that the plain matcher gives it, so the replay must agree wherever it decides.
import type { RuleCondition } from "@loopway/model";
import { matchLinear, type RequestView } from "@loopway/routing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Replay } from "../../src/index.ts";
import { logLine } from "./log-line.ts";
import { arnOf, fixed, forward, redirect, routesOfRules } from "./tables.ts";

const RUNS = 1000;
const some = (...values: string[]) => fc.subarray(values, { minLength: 1, maxLength: 2 });

const condition: fc.Arbitrary<RuleCondition> = fc.oneof(
  some("a.test", "*.test", "b.*").map((values): RuleCondition => ({ field: "host-header", hostHeaderConfig: { values } })),
  some("/a", "/a*", "/*/b", "*", "/a?", "/x\\").map((values): RuleCondition => ({ field: "path-pattern", pathPatternConfig: { values } })),
  some("GET", "POST").map((values): RuleCondition => ({ field: "http-request-method", httpRequestMethodConfig: { values } })),
  some("10.0.0.0/8", "2001:db8::/32").map((values): RuleCondition => ({ field: "source-ip", sourceIPConfig: { values } })),
  some("1", "a*").map(
    (values): RuleCondition => ({ field: "query-string", queryStringConfig: { values: values.map((value) => ({ value })) } }),
  ),
  fc
    .record({ httpHeaderName: fc.constantFrom("User-Agent", "X-Canary"), values: some("1", "curl*", '*"*') })
    .map((httpHeaderConfig): RuleCondition => ({ field: "http-header", httpHeaderConfig })),
);
const conditions = fc.uniqueArray(condition, { minLength: 1, maxLength: 3, selector: ({ field }) => field });
const action = fc.constantFrom(forward("a"), forward("b"), redirect, fixed("410"));
const table = fc.array(fc.record({ conditions, action }), { minLength: 1, maxLength: 8 });

const agents: (string | undefined)[] = [undefined, "curl/8", '1"\\', "1"];
const request = fc.record({
  host: fc.constantFrom("a.test", "b.test", "c"),
  path: fc.constantFrom("/a", "/ab", "/x/b", "/", "/x\\", "//a"),
  query: fc.constantFrom(undefined, "", "x=1", "y=ab&z", 'q="'),
  method: fc.constantFrom("GET", "POST", "HEAD"),
  sourceIp: fc.constantFrom("10.1.2.3", "192.0.2.1", "2001:db8::1"),
  agent: fc.constantFrom(...agents),
  canary: fc.constantFrom(undefined, "1", "2"),
});

const escaped = (text: string) => text.replace(/["\\]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`);

test(`${RUNS} random tables: every line that is decided is predicted, and none is decided that a header could turn`, () => {
  fc.assert(
    fc.property(table, fc.array(request, { minLength: 1, maxLength: 10 }), (rules, requests) => {
      const routes = routesOfRules(rules);
      const compiled = routes.table.listeners[0]?.rules.rules ?? [];
      const rankOf = (view: RequestView) => matchLinear(compiled, view)?.priority ?? 0;
      const replay = new Replay({ routes: [routes] });
      let turnable = 0;
      for (const { agent, canary, ...rest } of requests) {
        const withCanary = (value: string | undefined): RequestView => {
          const headers = [["user-agent", agent] as const, ["x-canary", value] as const].filter(([, text]) => text !== undefined);
          return { ...rest, keys: headers.map(([key]) => key), values: headers.map(([, text]) => text ?? "") };
        };
        const priority = rankOf(withCanary(canary));
        if ([undefined, "1", "curl", '"'].some((value) => rankOf(withCanary(value)) !== priority)) turnable += 1;
        const chosen = rules[priority - 1]?.action ?? fixed("404");
        const uri = escaped(rest.query === undefined ? rest.path : `${rest.path}?${rest.query}`);
        const statuses: Record<string, string> = { redirect: "301", "fixed-response": chosen.fixedResponseConfig?.statusCode ?? "" };
        replay.add(
          logLine({
            4: rest.sourceIp.includes(":") ? `[${rest.sourceIp}]:4000` : `${rest.sourceIp}:4000`,
            9: statuses[chosen.type] ?? "200",
            13: `"${rest.method} http://${rest.host}:80${uri} HTTP/1.1"`,
            14: agent === undefined ? '"-"' : `"${escaped(agent)}"`,
            17: chosen.type === "forward" ? arnOf(chosen.forwardConfig?.targetGroups[0]?.targetGroupRef.from.name ?? "") : "-",
            21: String(priority),
            23: `"${chosen.type}"`,
            24: chosen.type === "redirect" ? `"https://${rest.host}:443${uri.replace(/\?$/, "")}"` : '"-"',
          }),
        );
      }
      const report = replay.report();
      expect(report.mismatches).toEqual([]);
      expect(report.predicted + report.undecidable).toBe(requests.length);
      expect(report.undecidable).toBeGreaterThanOrEqual(turnable);
      if (!JSON.stringify(rules).includes("X-Canary")) expect(report.undecidable).toBe(0);
    }),
    { numRuns: RUNS, seed: 11 },
  );
});
