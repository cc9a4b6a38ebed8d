import type { Action } from "@loopway/model";
import { expect, test } from "vitest";
import { forwardTo, healthOf, listener, notFound, pathIs, rule, stack, startAlb, startTarget, targetGroup } from "./world.ts";

const names = ["a", "b"];

async function startWeighted(weights: readonly number[], stickySeconds?: number) {
  const targets = await Promise.all(names.map((name) => startTarget(name)));
  const action: Action = {
    type: "forward",
    forwardConfig: {
      targetGroups: names.map((name, index) => ({ targetGroupRef: { from: { name } }, weight: weights[index] ?? 0 })),
      ...(stickySeconds !== undefined && { targetGroupStickinessConfig: { enabled: true, durationSeconds: stickySeconds } }),
    },
  };
  const groups = targets.map(({ target }, index) => targetGroup(names[index] ?? "", [target]));
  const hop = await startAlb(...stack([listener(80, notFound), rule(1, [pathIs("/*")], action), ...groups]));
  for (const name of names) await healthOf(hop, name, ["healthy"]);
  return { hop, requestsTo: () => targets.map(({ requests }) => requests.length) };
}

const cookieOf = (response: string, name: string) => new RegExp(`^Set-Cookie: ${name}=([^;]+)`, "m").exec(response)?.[1];

test.each(["AWSALBTG", "AWSALBTGCORS"])("a client that sends %s stays with its target group", async (cookieName) => {
  const { hop, requestsTo } = await startWeighted([1, 1], 60);
  const first = await hop.get("/");
  const value = cookieOf(first, cookieName);
  expect(first).toMatch(/\r\nSet-Cookie: AWSALBTG=\S+; Expires=[^;]+ GMT; Path=\/\r\n/);
  expect(first).toMatch(/\r\nSet-Cookie: AWSALBTGCORS=\S+; Expires=[^;]+ GMT; Path=\/; SameSite=None; Secure\r\n\r\n/);
  const before = requestsTo();
  const request = `GET / HTTP/1.1\r\nHost: a\r\nCookie: theme=dark; ${cookieName}=${value}\r\n`;
  const last = `${request}Connection: close\r\n\r\n`;
  const answers = await hop.send([...Array<string>(19).fill(`${request}\r\n`), last].join(""));
  expect(answers.match(/Set-Cookie: AWSALBTG=/g)).toHaveLength(20);
  const after = requestsTo();
  const own = before.indexOf(1);
  expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual(own === 0 ? [20, 0] : [0, 20]);
});

test("a cookie that is not ours counts for nothing", async () => {
  const { hop, requestsTo } = await startWeighted([0, 1], 60);
  const value = cookieOf(await hop.get("/"), "AWSALBTG");
  expect(requestsTo()).toEqual([0, 1]);
  await hop.get("/", "api.test", `Cookie: AWSALBTG=${value}0\r\n`);
  expect(requestsTo()).toEqual([0, 2]);
});

test("without group stickiness there is no cookie", async () => {
  const { hop } = await startWeighted([1, 1]);
  expect(await hop.get("/")).not.toContain("Set-Cookie");
});

test("where all weights are 0 nobody is asked: 503", async () => {
  const { hop, requestsTo } = await startWeighted([0, 0], 60);
  const response = await hop.get("/");
  expect(response).toMatch(/^HTTP\/1\.1 503 /);
  expect(response).not.toContain("Set-Cookie");
  expect(requestsTo()).toEqual([0, 0]);
});

test("a single target group with weight 0 gets nothing either", async () => {
  const target = await startTarget("a");
  const action = forwardTo("a");
  for (const group of action.forwardConfig?.targetGroups ?? []) group.weight = 0;
  const hop = await startAlb(...stack([listener(80, action), targetGroup("a", [target.target])]));
  expect(await hop.get("/")).toMatch(/^HTTP\/1\.1 503 /);
  expect(target.requests).toEqual([]);
});

test("a weight is not shifted away from a target group without targets: 503", async () => {
  const target = await startTarget("b");
  const action: Action = {
    type: "forward",
    forwardConfig: { targetGroups: names.map((name, index) => ({ targetGroupRef: { from: { name } }, weight: index === 0 ? 1 : 0 })) },
  };
  const hop = await startAlb(...stack([listener(80, action), targetGroup("a", []), targetGroup("b", [target.target])]));
  await healthOf(hop, "b", ["healthy"]);
  expect(await hop.get("/")).toMatch(/^HTTP\/1\.1 503 /);
  expect(target.requests).toEqual([]);
});
