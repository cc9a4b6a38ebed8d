// What this load balancer writes into its access log, a replay of the log predicts: random tables, random requests, real sockets.
import { Replay } from "@loopway/analysis";
import type { Action, Listener, Rule, TargetGroup } from "@loopway/model";
import { compileStack } from "@loopway/routing";
import { request, ruleTable } from "@loopway/routing/random-tables";
import fc from "fast-check";
import { expect, test } from "vitest";
import { forwardTo, LB, listener, notFound, rule, stack, startAlb, targetGroup } from "./world.ts";

const TABLES = 40;
const REQUESTS = 20;
const SEED = 7;

/** Nobody is registered: 503, with the target group in the log all the same. */
const actions: readonly Action[] = [
  forwardTo("empty"),
  { type: "redirect", redirectConfig: { protocol: "HTTPS", port: "443", path: "/new/#{path}", statusCode: "HTTP_302" } },
  { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "410" } },
];
/** This load balancer has no engine for regular expressions: it would leave such rules out. */
const tables = fc
  .sample(ruleTable, { numRuns: 4 * TABLES, seed: SEED })
  .filter((table) => !JSON.stringify(table).includes("regexValues"))
  .slice(0, TABLES);
/** What a request line can hold. A log has one User-Agent, whatever was sent. */
const requests = fc
  .sample(request, { numRuns: 3 * REQUESTS, seed: SEED })
  .filter(({ path, host, keys }) => path.startsWith("/") && host !== "" && keys.filter((key) => key === "user-agent").length < 2)
  .slice(0, REQUESTS);
/** Written with escapes in a log. */
const odd = ['/a"b?c="\\', "/%20/é", "//?&&"];

function textOf({ host, path, query, method, keys, values }: (typeof requests)[number]): string {
  const headers = keys.map((key, index) => `${key}: ${values[index]}\r\n`).join("");
  return `${method} ${path}${query === undefined ? "" : `?${query}`} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`;
}

const traffic = [
  ...requests.map(textOf),
  ...odd.map((target) => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`),
  "GET /last HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
];

test(`${TABLES} random tables: every line is predicted but those that an unlogged header decides`, async () => {
  expect(tables.length).toBe(TABLES);
  let predicted = 0;
  for (const table of tables) {
    const rules = table.map(({ conditions }, index) => rule(index + 1, [...conditions], actions[index % actions.length] ?? notFound));
    const objects = stack([listener(), ...rules, targetGroup("empty", [])]);
    const hop = await startAlb(...objects);
    await hop.send(traffic.join(""));
    const replay = new Replay({ routes: [routesOf(objects)] });
    for (const line of await hop.logLines(traffic.length)) replay.add(line);
    const report = replay.report();
    expect(report).toMatchObject({ lines: traffic.length, malformed: 0, notAboutRules: 0, mismatches: [] });
    expect(report.predicted + report.undecidable).toBe(traffic.length);
    if (!JSON.stringify(table).match(/x-canary/i)) expect(report.undecidable).toBe(0);
    predicted += report.predicted;
  }
  expect(predicted).toBeGreaterThan(0.5 * TABLES * traffic.length);
}, 20_000);

function routesOf(objects: ReturnType<typeof stack>) {
  const ofKind = <T>(kind: string) => objects.filter((object) => object.kind === kind) as unknown as T[];
  const [loadBalancer] = ofKind<Parameters<typeof compileStack>[0]["loadBalancer"]>("LoadBalancer");
  if (loadBalancer === undefined) throw new Error("a stack has a load balancer");
  const members = {
    listeners: ofKind<Listener>("Listener"),
    rules: ofKind<Rule>("Rule"),
    targetGroups: ofKind<TargetGroup>("TargetGroup"),
  };
  const { table } = compileStack({ loadBalancer, ...members });
  return { table, groupId: LB, answers: new Map(), serviceByGroup: new Map(), emptyGroups: new Set<string>() };
}
