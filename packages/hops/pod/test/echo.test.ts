import { expect, test } from "vitest";
import { type EchoContext, type EchoRequest, echo } from "../src/echo.ts";

const context: EchoContext = {
  httpPort: "3000",
  namespace: "shop",
  ingress: "",
  service: "",
  pod: "orders-1",
  probePaths: new Set(["/ready", "/status/ready", "/status/503"]),
};

function answerTo(target: string, change: Partial<EchoRequest> = {}) {
  return echo({ target, host: "api.example.com", method: "GET", proto: "HTTP/1.1", rawHeaders: [], ...change }, context);
}

test("the echo has echo-basic's fields in its order, indented by one space, headers sorted with canonical names", () => {
  const rawHeaders = ["host", "api.example.com", "x-b", "1", "ACCEPT", "*/*", "X-B", "2", "x-amzn-TRACE-id", "Root=1-a"];
  expect(answerTo("/v1//order/7?a=1&b=<", { rawHeaders }).body).toBe(
    [
      "{",
      ' "path": "/v1//order/7?a=1\\u0026b=\\u003c",',
      ' "host": "api.example.com",',
      ' "method": "GET",',
      ' "proto": "HTTP/1.1",',
      ' "headers": {',
      '  "Accept": [',
      '   "*/*"',
      "  ],",
      '  "X-Amzn-Trace-Id": [',
      '   "Root=1-a"',
      "  ],",
      '  "X-B": [',
      '   "1",',
      '   "2"',
      "  ]",
      " },",
      ' "httpPort": "3000",',
      ' "namespace": "shop",',
      ' "ingress": "",',
      ' "service": "",',
      ' "pod": "orders-1"',
      "}",
    ].join("\n"),
  );
});

test.each<[string, string, number, string | undefined]>([
  ["/health answers OK", "/health", 200, "OK"],
  ["/health is found behind a doubled slash", "//health", 200, "OK"],
  ["/status/NNN answers that status", "/status/503", 503, ""],
  ["/status without a number is refused", "/status/teapot", 400, ""],
  ["/status with a query is refused, as the number must end the target", "/status/404?x", 400, ""],
  ["a probe's path answers 200 even below /status/", "/status/ready", 200, undefined],
  ["any other path is echoed", "/v1/order/1", 200, undefined],
  ["a delay that is no duration is an error", "/?delay=soon", 500, '{"message":"time: invalid duration \\"soon\\""}'],
])("%s", (_name, target, status, body) => {
  const answer = answerTo(target);
  expect(answer.status).toBe(status);
  if (body !== undefined) expect(answer.body).toBe(body);
});

test("a delay in the query is asked for, not waited for", () => expect(answerTo("/?delay=1.5s").delayMs).toBe(1_500));

test.each<[string, string, Record<string, string>]>([
  ["sets response headers, case kept", "x-Lower:a,X-UP: b", { "x-Lower": "a", "X-UP": " b" }],
  ["joins repeated names", "X-A:1, X-A: 2", { "X-A": "1,2" }],
  ["leaves out what HTTP forbids", "bad name:1,:2,X-Ok:3", { "X-Ok": "3" }],
  ["cannot replace the content type", "Content-Type:text/html", {}],
])("X-Echo-Set-Header %s", (_name, wish, expected) => {
  const { headers } = answerTo("/", { rawHeaders: ["X-Echo-Set-Header", wish] });
  expect(headers).toEqual({ ...expected, "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" });
});
