import type { Rule, RuleCondition, Transform } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { forwardTo, healthOf, listener, pathIs, rule, stack, startAlb, startTarget, targetGroup } from "./world.ts";

const url = (regex: string, replace: string): Transform => ({ type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex, replace }] } });
const host = (regex: string, replace: string): Transform => ({
  type: "host-header-rewrite",
  hostHeaderRewriteConfig: { rewrites: [{ regex, replace }] },
});

const transforming = (conditions: RuleCondition[], ...transforms: Transform[]): Rule => {
  const one = rule(1, conditions, forwardTo("group"));
  return { ...one, spec: { ...one.spec, transforms } };
};

/** One target behind one rule for `/api*`; gives what the target saw of the request, the answer's status and the log's last three fields. */
async function ask(transforms: Transform[], target: string, hostHeader: string) {
  const server = await startTarget("t");
  const hop = await startAlb(...stack([listener(), transforming([pathIs("/api*")], ...transforms), targetGroup("group", [server.target])]));
  await healthOf(hop, "group", ["healthy"]);
  const response = await hop.send(`GET ${target} HTTP/1.1\r\nHost: ${hostHeader}\r\nConnection: close\r\n\r\n`);
  const [line = ""] = await hop.logLines(1);
  return {
    seen: server.requests,
    host: server.headers[server.headers.indexOf("Host") + 1],
    status: Number(response.slice(9, 12)),
    logged: line.match(/"[^"]*"|\S+/g)?.slice(-3),
    request: line.match(/"GET [^"]*"/)?.[0],
    summary: hop.spans[0]?.summary,
  };
}

describe("transforms", () => {
  test("the target gets path, query and host as rewritten; log and span also know the request as it came", async () => {
    const transforms = [url("^/api/(.+)\\?a=(.*)$", "/v2/$1?b=$2"), host("^shop\\.(.+)$", "internal.$1")];
    expect(await ask(transforms, "/api/x?a=1", "shop.test")).toEqual({
      seen: ["GET /v2/x?b=1"],
      host: "internal.test",
      status: 200,
      logged: ['"internal.test"', '"/v2/x?b=1"', '"TransformSuccess"'],
      request: '"GET http://shop.test:80/api/x?a=1 HTTP/1.1"',
      summary: "GET /api/x",
    });
  });

  test("a request that nothing fits goes on as it came", async () => {
    const { seen, host: sentHost, logged } = await ask([url("^/other", "/"), host("^other", "")], "/api?x", "shop.test");
    expect([seen, sentHost, logged]).toEqual([["GET /api?x"], "shop.test", ['"-"', '"-"', '"-"']]);
  });

  test("the port of Host stays, unless the new host brings one", async () => {
    expect((await ask([host("^shop", "web")], "/api", "shop.test:8080")).host).toBe("web.test:8080");
    expect((await ask([host("^shop.test$", "web.test:9000")], "/api", "shop.test:8080")).host).toBe("web.test:9000");
  });

  test("an absolute-form target is rewritten as path and host", async () => {
    const { seen, host: sentHost } = await ask([url("^/api", ""), host("^shop", "web")], "http://shop.test/api/x?y", "shop.test");
    expect([seen, sentHost]).toEqual([["GET /x?y"], "web.test"]);
  });

  test("a transform that fails is a 500 and no target sees the request", async () => {
    const { seen, status, logged } = await ask([url("^/api", "")], "/api", "shop.test");
    expect([seen, status, logged]).toEqual([[], 500, ['"-"', '"-"', '"TransformInvalidPath"']]);
  });

  test("a rule whose expression is none is left out, and the rest works", async () => {
    const hop = await startAlb(...stack([listener(), transforming([pathIs("/api*")], url("(a", "b")), targetGroup("group", [])]));
    expect(await hop.get("/api")).toContain("HTTP/1.1 404 ");
  });
});

test("regular expressions in conditions choose the rule", async () => {
  const [v2, stable] = [await startTarget("v2"), await startTarget("stable")];
  const byRegex: RuleCondition = { field: "path-pattern", pathPatternConfig: { regexValues: ["^/v[2-9]/"] } };
  const members = [
    listener(),
    rule(1, [byRegex], forwardTo("v2")),
    rule(2, [pathIs("/*")], forwardTo("stable")),
    targetGroup("v2", [v2.target]),
    targetGroup("stable", [stable.target]),
  ];
  const hop = await startAlb(...stack(members));
  for (const name of ["v2", "stable"]) await healthOf(hop, name, ["healthy"]);
  await hop.get("/v2/a");
  await hop.get("/v1/a");
  expect([v2.requests, stable.requests]).toEqual([["GET /v2/a"], ["GET /v1/a"]]);
});

test("an expression that comes with a later change is obeyed, and what was there before serves until then", async () => {
  const target = await startTarget("t");
  const members = [listener(80, forwardTo("group")), targetGroup("group", [target.target])];
  const hop = await startAlb(...stack(members));
  await healthOf(hop, "group", ["healthy"]);
  expect(await hop.get("/a")).toContain("HTTP/1.1 200 ");
  const gone = { type: "fixed-response" as const, fixedResponseConfig: { statusCode: "410" } };
  const byRegex: RuleCondition = { field: "path-pattern", pathPatternConfig: { regexValues: ["^/a$"] } };
  hop.apply(...stack([...members, rule(1, [byRegex], gone)]));
  await eventually(async () => {
    const response = await hop.get("/a");
    if (!response.includes("HTTP/1.1 410 ")) throw new Error(response);
  });
  expect(await hop.get("/b")).toContain("HTTP/1.1 200 ");
});
