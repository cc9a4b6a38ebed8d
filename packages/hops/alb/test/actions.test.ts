import type { Action } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { forwardTo, healthOf, listener, pathIs, rule, stack, startAlb, startTarget, targetGroup } from "./world.ts";

describe("actions", () => {
  test("a redirect keeps what it does not change, with a small page of its own", async () => {
    const redirect: Action = { type: "redirect", redirectConfig: { protocol: "HTTPS", port: "443", statusCode: "HTTP_302" } };
    const hop = await startAlb(...stack([listener(80, redirect)]));
    const response = await hop.get("/a?b=c", "API.test:80");
    expect(response).toMatch(
      /^HTTP\/1\.1 302 Found\r\nServer: awselb\/2\.0\r\nContent-Type: text\/html\r\nLocation: https:\/\/API\.test:443\/a\?b=c\r\n/,
    );
    expect(hop.spans[0]?.outcome).toEqual({ kind: "answered", status: 302 });
  });

  test("a redirect whose Location exceeds 8 K fails: 500", async () => {
    const redirect: Action = { type: "redirect", redirectConfig: { protocol: "HTTPS", statusCode: "HTTP_301" } };
    const hop = await startAlb(...stack([listener(80, redirect)]));
    expect(await hop.get(`/${"a".repeat(8100)}`)).toMatch(/^HTTP\/1\.1 301 /);
    expect(await hop.get(`/${"a".repeat(8200)}`)).toMatch(/^HTTP\/1\.1 500 /);
    expect((await hop.logLines(2))[1]).toMatch(/ "redirect" "-" /);
  });

  test("a redirect of a request without Host leads to the address it came to", async () => {
    const redirect: Action = { type: "redirect", redirectConfig: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
    const hop = await startAlb(...stack([listener(80, redirect)]));
    expect(await hop.send("GET /a HTTP/1.0\r\n\r\n")).toMatch(/\r\nLocation: https:\/\/127\.[\d.]+:443\/a\r\n/);
  });

  test("a fixed response is what the rule says", async () => {
    const fixed: Action = {
      type: "fixed-response",
      fixedResponseConfig: { statusCode: "418", contentType: "application/json", messageBody: '{"é":1}' },
    };
    const hop = await startAlb(...stack([listener(), rule(1, [pathIs("/tea")], fixed)]));
    const response = await hop.get("/tea");
    expect(response).toContain("HTTP/1.1 418 I'm a teapot\r\nServer: awselb/2.0\r\nContent-Type: application/json\r\n");
    expect(response).toContain("Content-Length: 8\r\n");
    expect(hop.spans[0]?.outcome).toEqual({ kind: "answered", status: 418 });
  });

  test("weights share requests between target groups; weight 0 gets none", async () => {
    const [a, b, c] = [await startTarget("a"), await startTarget("b"), await startTarget("c")];
    const names = ["a", "b", "c"];
    const weighted: Action = {
      type: "forward",
      forwardConfig: { targetGroups: names.map((name, index) => ({ targetGroupRef: { from: { name } }, weight: [3, 1, 0][index] ?? 0 })) },
    };
    const groups = [a, b, c].map(({ target }, index) => targetGroup(names[index] ?? "", [target]));
    const hop = await startAlb(...stack([listener(80, weighted), ...groups]));
    for (const name of names) await healthOf(hop, name, ["healthy"]);
    const count = 400;
    await hop.send(
      Array.from({ length: count }, (_, i) => `GET / HTTP/1.1\r\nHost: a\r\n${i === count - 1 ? "Connection: close\r\n" : ""}\r\n`).join(
        "",
      ),
    );
    expect(a.requests.length + b.requests.length).toBe(count);
    // 300 expected; six standard deviations of a binomial distribution are 52.
    expect(Math.abs(a.requests.length - 300)).toBeLessThan(52);
    expect(c.requests.length).toBe(0);
  });

  test("an action that asks for authentication is never passed over: 500", async () => {
    const target = await startTarget("secret");
    const guarded = rule(1, [pathIs("/secret")], forwardTo("group"));
    guarded.spec.actions = [
      { type: "authenticate-oidc", order: 1 },
      { ...forwardTo("group"), order: 2 },
    ];
    const hop = await startAlb(...stack([listener(), guarded, targetGroup("group", [target.target])]));
    expect(await hop.get("/secret")).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(target.requests).toEqual([]);
  });

  test.each([
    [80, "a.test", "a.test"],
    [80, "a.test:80", "a.test"],
    [80, "a.test:8080", "a.test:8080"],
    [8080, "a.test", "a.test:8080"],
    [8080, "a.test:8080", "a.test:8080"],
  ])("on listener port %i, Host %s reaches the target as %s", async (port, host, expected) => {
    const target = await startTarget("t");
    const hop = await startAlb(...stack([listener(port, forwardTo("group")), targetGroup("group", [target.target])]));
    await hop.send(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, "", port);
    expect(target.headers[target.headers.indexOf("Host") + 1]).toBe(expected);
    expect(target.headers[target.headers.indexOf("X-Forwarded-Port") + 1]).toBe(String(port));
  });

  test("the host of an absolute-form target matches rules and reaches the target, as a path", async () => {
    const target = await startTarget("t");
    const byHost = rule(1, [{ field: "host-header", hostHeaderConfig: { values: ["api.test"] } }], forwardTo("group"));
    const hop = await startAlb(...stack([listener(), byHost, targetGroup("group", [target.target])]));
    await hop.send("GET http://API.test/x?y HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n");
    expect(target.requests).toEqual(["GET /x?y"]);
  });
});
