// The access log that our own ALBs wrote under mixed traffic, against the manifests they served from: every line that a log can decide.

import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { endpointsOf, openProxyClient, startWorld, type World, workspace } from "../src/index.ts";

const action = (name: string, value: object) => `    alb.ingress.kubernetes.io/${name}: '${JSON.stringify(value)}'`;
const backend = (path: string, service: string, port: string) =>
  `      - { path: "${path}", pathType: ImplementationSpecific, backend: { service: { name: ${service}, port: { ${port} } } } }`;

/** Beside the example: every kind of action and condition on one load balancer. */
const mixed = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: mixed
  annotations:
    kubernetes.io/ingress.class: alb
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
${action("actions.moved", { type: "redirect", redirectConfig: { protocol: "HTTPS", port: "443", host: "new.example.com", statusCode: "HTTP_302" } })}
${action("actions.gone", { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "410", messageBody: "gone" } })}
${action("actions.split", {
  type: "forward",
  forwardConfig: {
    targetGroups: [
      { serviceName: "orders-service", servicePort: 8080, weight: 3 },
      { serviceName: "payment-service", servicePort: 8080, weight: 1 },
    ],
  },
})}
${action("actions.posted", { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "202" } })}
${action("conditions.posted", [{ field: "http-request-method", httpRequestMethodConfig: { values: ["POST"] } }])}
${action("actions.asked", { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "299" } })}
${action("conditions.asked", [{ field: "query-string", queryStringConfig: { values: [{ key: "v", value: "2" }] } }])}
${action("actions.robot", { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "429" } })}
${action("conditions.robot", [{ field: "http-header", httpHeaderConfig: { httpHeaderName: "User-Agent", values: ["*bot*"] } }])}
${action("actions.canary", { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "201" } })}
${action("conditions.canary", [{ field: "http-header", httpHeaderConfig: { httpHeaderName: "X-Canary", values: ["1"] } }])}
spec:
  rules:
  - host: mixed.example.com
    http:
      paths:
${[
  backend("/*", "robot", "name: use-annotation"),
  backend("/old/*", "moved", "name: use-annotation"),
  backend("/gone", "gone", "name: use-annotation"),
  backend("/split*", "split", "name: use-annotation"),
  backend("/form", "posted", "name: use-annotation"),
  backend("/form", "asked", "name: use-annotation"),
  backend("/beta/*", "canary", "name: use-annotation"),
  backend("/beta/*", "orders-service", "number: 8080"),
  backend("/v1/*", "orders-service", "number: 8080"),
  backend("/missing", "no-such-service", "number: 80"),
].join("\n")}
`;
/** Nothing answers under /split any more, and what is gone says so in other words. */
const changed = mixed.replace('"messageBody":"gone"', '"messageBody":"gone for good"').replace('"/split*"', '"/divided*"');

let world: World;
let folder: string;
let before: string;
let after: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loopway-replay-"));
  before = join(folder, "before");
  after = join(folder, "after");
  for (const manifests of [before, after]) cpSync(join(workspace, "fixtures", "seeds"), manifests, { recursive: true });
  writeFileSync(join(before, "mixed.yaml"), mixed);
  writeFileSync(join(after, "mixed.yaml"), changed);
  world = await startWorld({ files: [before], zones: ["fixtures/zones"] });
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** [method, URL, headers] */
type Sent = readonly [string, string, Record<string, string>?];
const traffic: readonly Sent[] = [
  ["GET", "http://api.example.com/v1/order/1"],
  ["HEAD", "http://api.example.com/v1/payment/x?a=b&c"],
  ["GET", "http://api.example.com/v1/orders"],
  ["GET", "http://api.flashapp.com/products/7"],
  ["POST", "http://api.flashapp.com/users/7"],
  ["GET", "http://api.flashapp.com/nope"],
  ["GET", "http://mixed.example.com/old/page?x=1&y=%20"],
  ["GET", "http://mixed.example.com/gone"],
  ["GET", "http://mixed.example.com/gone/"],
  ["GET", "http://mixed.example.com/split"],
  ["GET", "http://mixed.example.com/divided"],
  ["POST", "http://mixed.example.com/form?v=2"],
  ["GET", "http://mixed.example.com/form?v=2"],
  ["GET", "http://mixed.example.com/form"],
  ["GET", "http://mixed.example.com/anything", { "User-Agent": 'a "bot" \\ of sorts' }],
  ["GET", "http://mixed.example.com/v1//double/../%2fodd;x=1/"],
  ["GET", "http://mixed.example.com/v1/'quoted'?\"=\\"],
  ["GET", "http://MIXED.example.com/v1/case"],
  ["GET", "http://mixed.example.com/missing"],
  ["DELETE", "http://mixed.example.com/v1/order/9"],
  ["TRACE", "http://mixed.example.com/v1/order/9"],
  ["GET", "http://mixed.example.com/v1/too-many", { "X-Forwarded-For": Array(31).fill("10.0.0.1").join(", ") }],
];
const ROUNDS = 10;
const canaries = [{ "X-Canary": "1" }, {}];

/** Straight to a load balancer's address, with no parser of ours in between. */
async function sendRaw(text: string): Promise<void> {
  const { hosts } = await endpointsOf(world);
  const [, , address = "", port = ""] = hosts.find(({ host }) => host === "mixed.example.com")?.connectTo.split(":") ?? [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: address, port: Number(port) }, () => socket.write(text));
    socket.on("error", reject).on("close", () => resolve());
    socket.resume();
  });
}

const malformed = [
  "GET / HTTP/1.1\r\nBad Header: a\r\n\r\n",
  "GET /v1/x HTTP/1.1\r\nHost: mixed.example.com\r\nContent-Length: a\r\n\r\n",
  "nonsense\r\n\r\n",
  "GET /v1/x HTTP/3.0\r\nHost: mixed.example.com\r\n\r\n",
];

/** A command that needs no running Loopway. */
async function runOffline(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    const options = { cwd: workspace, maxBuffer: 16 * 1024 * 1024 };
    execFile(process.execPath, [join(workspace, "dist", "loopway.cjs"), ...args], options, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

interface Replayed {
  lines: number;
  malformed: { count: number };
  foreign: number;
  notAboutRules: { count: number };
  undecidable: { count: number; rules: { header: string; rule: { source: string } }[] };
  decidable: number;
  predicted: number;
  mismatches: unknown[];
  moves?: { moved: number; classes: { from: string; to: string; count: number }[] };
}

async function replayLog(...more: string[]): Promise<{ code: number; report: Replayed }> {
  const log = ["--log", join(world.stateDir, "access-logs")];
  const { code, stdout } = await runOffline(["replay", ...log, "-f", before, "--lenient", "--json", ...more]);
  return { code, report: JSON.parse(stdout) as Replayed };
}

test("a replay of the log predicts every decidable line, and names the rule that makes the others undecidable", async () => {
  const client = openProxyClient(world, traffic.length);
  onTestFinished(() => client.close());
  for (let round = 0; round < ROUNDS; round += 1)
    await Promise.all(traffic.map(([method, url, headers]) => client.send(url, headers, method)));
  await Promise.all(canaries.map((headers) => client.send("http://mixed.example.com/beta/1", headers)));
  await Promise.all(malformed.map(sendRaw));
  const lines = traffic.length * ROUNDS + canaries.length + malformed.length;
  const { report, code } = await eventually(async () => {
    const result = await replayLog();
    expect(result.report.lines).toBe(lines);
    return result;
  });
  expect(report).toMatchObject({ malformed: { count: 0 }, foreign: 0, mismatches: [] });
  expect(report.notAboutRules.count).toBe(malformed.length);
  expect(report.undecidable).toMatchObject({ count: canaries.length, rules: [{ header: "X-Canary" }] });
  expect(report.undecidable.rules[0]?.rule.source).toMatch(/mixed\.yaml:\d+$/);
  expect(report.predicted).toBe(lines - malformed.length - canaries.length);
  expect(code).toBe(0);
});

test("new manifests move the logged requests that diff says they move", async () => {
  const { report } = await replayLog("--new", after);
  const moved = (report.moves?.classes ?? []).map(({ from, to, count }) => `${count} × ${from} → ${to}`);
  const split = "default/orders-service:8080 75 % + default/payment-service:8080 25 %";
  expect(moved.sort()).toEqual([
    `${ROUNDS} × ${split} → fixed 404`,
    `${ROUNDS} × fixed 404 → ${split}`,
    `${ROUNDS} × fixed 410 "gone" → fixed 410 "gone for good"`,
  ]);
  const { stdout } = await runOffline(["diff", before, after, "--lenient", "--json"]);
  const { causes } = JSON.parse(stdout) as { causes: { changes: { before: { text: string }; after: { text: string } }[] }[] };
  const changes = causes.flatMap((cause) => cause.changes.map(({ before, after }) => `${ROUNDS} × ${before.text} → ${after.text}`));
  expect(changes.sort()).toEqual(moved);
});
