import { describe, expect, test } from "vitest";
import { forwardTo, healthOf, listener, notFound, pathIs, rule, stack, startAlb, startTarget, targetGroup } from "./world.ts";

/** Fields of a line, quotes kept; AWS numbers them from 1. */
const fieldsOf = (line: string | undefined) => ["", ...((line ?? "").match(/"[^"]*"|\S+/g) ?? [])];

describe("the access log", () => {
  test("has 33 fields for a request that was forwarded", async () => {
    const target = await startTarget("hello");
    const hop = await startAlb(
      ...stack([listener(), rule(3, [pathIs("/v1/*")], forwardTo("group")), targetGroup("group", [target.target])]),
    );
    await healthOf(hop, "group", ["healthy"]);
    const request = `POST /v1/a?x=1 HTTP/1.1\r\nHost: api.test\r\nUser-Agent: curl/8 "x"\r\nX-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody`;
    const response = await hop.send(request);
    const fields = fieldsOf((await hop.logLines(1))[0]);
    const time = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const seconds = expect.stringMatching(/^\d+\.\d{3}$/);
    const where = `127.0.0.1:${target.target.port}`;
    expect(fields.slice(1)).toEqual([
      "http",
      time,
      "app/web/50dc6c495c0c9188",
      hop.spans[0]?.downstream.remote,
      where,
      seconds,
      seconds,
      "0.000",
      "200",
      "200",
      String(request.length),
      String(response.length),
      '"POST http://api.test:80/v1/a?x=1 HTTP/1.1"',
      '"curl/8 \\x22x\\x22"',
      "-",
      "-",
      "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/group/0123456789abcdef",
      expect.stringMatching(/^"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678"$/),
      '"-"',
      '"-"',
      "3",
      time,
      '"forward"',
      '"-"',
      '"-"',
      `"${where}"`,
      '"200"',
      '"-"',
      '"-"',
      expect.stringMatching(/^TID_[0-9a-f]{16,}$/),
      '"-"',
      '"-"',
      '"-"',
    ]);
  });

  test.each([
    [
      "the default action",
      "GET /nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      { 5: "-", 6: "-1", 7: "-1", 8: "-1", 9: "404", 10: "-", 17: "-", 21: "0", 23: '"fixed-response"', 26: '"-"' },
    ],
    [
      "a redirect",
      "GET /old?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      { 9: "301", 21: "1", 23: '"redirect"', 24: '"https://a:443/old?q"' },
    ],
    [
      "a request that could not be read",
      "GET / HTTP/1.1\r\nBad Header: a\r\n\r\n",
      { 9: "400", 13: expect.stringMatching(/^"- http:\/\/127\.[\d.]+:80- -"$/), 18: '"-"', 21: "-1", 23: '"-"' },
    ],
    [
      "an ambiguous request",
      "GET /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
      { 28: '"Ambiguous"', 29: '"UndefinedContentLengthSemantics"' },
    ],
  ])("tells of %s", async (_, request, expected) => {
    const redirect = { type: "redirect" as const, redirectConfig: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };
    const hop = await startAlb(...stack([listener(80, notFound), rule(1, [pathIs("/old*")], redirect)]));
    await hop.send(request);
    const fields = fieldsOf((await hop.logLines(1))[0]);
    expect(Object.fromEntries(Object.keys(expected).map((number) => [number, fields[Number(number)]]))).toEqual(expected);
  });

  test("gives requests of one connection the same connection id, and another to the next", async () => {
    const hop = await startAlb(...stack([listener()]));
    await hop.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await hop.get("/3");
    const ids = (await hop.logLines(3)).map((line) => fieldsOf(line)[30]);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
  });
});
