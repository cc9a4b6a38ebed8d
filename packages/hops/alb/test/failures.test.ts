import { closedPort, eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { forwardTo, healthOf, listener, pathIs, rule, stack, startAlb, startTarget, type TestAlb, targetGroup } from "./world.ts";

const close = "Connection: close\r\n\r\n";
const page = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

/** What the load balancer says about its last request: span's outcome, and fields 9, 10 and 21 of the log line. */
async function account(hop: TestAlb, count: number): Promise<unknown[]> {
  const lines = await hop.logLines(count);
  const fields = (lines.at(-1) ?? "").match(/"[^"]*"|\S+/g) ?? [];
  return [hop.spans.at(-1)?.outcome, fields[8], fields[9], fields[20]];
}

describe("requests that the load balancer refuses", () => {
  const target = { id: "127.0.0.1", port: 1 };
  test.each([
    ["a malformed head", `GET / HTTP/1.1\r\nHost : a\r\n\r\n`, "400 Bad Request", "ELB_400"],
    [
      "length and chunks",
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      "400 Bad Request",
      "ELB_400",
    ],
    ["two authorities", `GET http://a/ HTTP/1.1\r\nHost: b\r\n${close}`, "400 Bad Request", "ELB_400"],
    ["TRACE", `TRACE / HTTP/1.1\r\nHost: a\r\n${close}`, "405 Method Not Allowed", "ELB_405"],
    ["a long request line", `GET /${"a".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n${close}`, "414 Request-URI Too Large", "ELB_414"],
    ["a strange transfer coding", `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n`, "501 Not Implemented", "ELB_501"],
    ["HTTP/2.0 in the request line", `GET / HTTP/2.0\r\nHost: a\r\n\r\n`, "505 HTTP Version Not Supported", "ELB_505"],
  ])("%s", async (_, text, title, code) => {
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), targetGroup("group", [target])]));
    const response = await hop.send(text);
    expect(response.startsWith(`HTTP/1.1 ${title}\r\nServer: awselb/2.0\r\n`)).toBe(true);
    expect(response.endsWith(`\r\nConnection: close\r\n\r\n${page(title)}`)).toBe(true);
    const status = title.slice(0, 3);
    expect(await account(hop, 1)).toEqual([{ kind: "answered", status: Number(status), code }, status, "-", "-1"]);
  });

  test("more than 30 addresses in X-Forwarded-For: 463, and the connection stays", async () => {
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), targetGroup("group", [target])]));
    const long = `GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${Array(31).fill("1.2.3.4").join(", ")}\r\n`;
    const response = await hop.send(`${long}\r\n${long}${close}`);
    expect(response.match(/HTTP\/1\.1 463/g)?.length).toBe(2);
    expect(await account(hop, 2)).toEqual([{ kind: "answered", status: 463, code: "ELB_463" }, "463", "-", "0"]);
  });
});

describe("targets that fail", () => {
  test("refused: 502, once, without a second try at another target", async () => {
    const good = await startTarget("good");
    const targets = [{ id: "127.0.0.1", port: await closedPort() }];
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), targetGroup("group", targets)]));
    expect(await hop.get("/")).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\nServer: awselb/);
    expect(await account(hop, 1)).toEqual([{ kind: "answered", status: 502, code: "ELB_502" }, "502", "-", "0"]);
    expect(good.requests).toEqual([]);
  });

  test("closed with the request open: 502, with the target's flow in the span", async () => {
    const target = await startTarget("t");
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), targetGroup("group", [target.target])]));
    expect(await hop.get("/drop")).toMatch(/^HTTP\/1\.1 502 /);
    expect(hop.spans[0]?.upstreams).toMatchObject([{ remote: `127.0.0.1:${target.target.port}`, ordinal: 0 }]);
    expect(target.requests).toEqual(["GET /drop"]);
  });

  test("no answer within the idle time-out: 504", async () => {
    const target = await startTarget("t");
    const hop = await startAlb(
      ...stack(
        [listener(80, forwardTo("group")), targetGroup("group", [target.target])],
        [{ key: "idle_timeout.timeout_seconds", value: "0.5" }],
      ),
    );
    expect(await hop.get("/hang")).toMatch(/^HTTP\/1\.1 504 Gateway Time-out\r\n/);
    expect(await account(hop, 1)).toEqual([{ kind: "answered", status: 504, code: "ELB_504" }, "504", "-", "0"]);
  });

  test("a client that gives up first is a 460 in log and span", async () => {
    const target = await startTarget("t");
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), targetGroup("group", [target.target])]));
    void hop.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1", "never");
    await eventually(() => expect(target.requests).toEqual(["GET /hang"]));
    hop.hangUp();
    expect(await account(hop, 1)).toEqual([{ kind: "failed", code: "ELB_460" }, "460", "-", "0"]);
  });

  test("a group without registered targets, and a rule whose group does not exist: 503", async () => {
    const hop = await startAlb(
      ...stack([listener(80, forwardTo("missing")), rule(1, [pathIs("/empty")], forwardTo("group")), targetGroup("group", [])]),
    );
    for (const path of ["/empty", "/other"]) {
      expect(await hop.get(path)).toMatch(/^HTTP\/1\.1 503 Service Temporarily Unavailable\r\nServer: awselb\/2\.0\r\n/);
    }
    expect(await account(hop, 2)).toEqual([{ kind: "answered", status: 503, code: "ELB_503" }, "503", "-", "0"]);
    expect(hop.spans.map(({ decisions }) => decisions.length)).toEqual([1, 1]);
  });

  test("all unhealthy: the group fails open, and every target gets its share", async () => {
    const targets = [await startTarget("a", false), await startTarget("b", false)];
    const group = targetGroup(
      "group",
      targets.map(({ target }) => target),
      { unhealthyThresholdCount: 1 },
    );
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), group]));
    await healthOf(hop, "group", ["unhealthy", "unhealthy"]);
    for (let i = 0; i < 4; i++) expect(await hop.get("/")).toMatch(/^HTTP\/1\.1 200 /);
    expect(targets.map(({ requests }) => requests.length)).toEqual([2, 2]);
    expect(hop.spans[0]?.decisions[1]).toMatchObject({ health: "unhealthy", candidates: 2 });
  });
});
