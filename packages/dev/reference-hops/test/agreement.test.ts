import { healthOf } from "@loopway/alb/test-world";
import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { readAnswer, readFields, startBoth } from "./engines.ts";

const request = (line: string, ...fields: string[]) =>
  [`${line} HTTP/1.1`, "Host: api.test", "Connection: close", ...fields, "", ""].join("\r\n");
const thirtyOne = Array.from({ length: 31 }, (_, index) => `10.0.0.${index}`).join(", ");

/** [what, request, status] */
const answered: ReadonlyArray<[string, string, number]> = [
  ["a forward", request("GET /app"), 200],
  ["a path as it was sent", request("GET //app/../x%2Fy/?q=1&q=2"), 200],
  ["no rule", request("GET /app").replace("api.test", "other.test"), 404],
  ["a redirect", request("GET /old/page?a=b"), 301],
  ["a fixed response", request("GET /fixed"), 418],
  ["a target group without targets", request("GET /none"), 503],
  ["a target that refuses", request("GET /closed"), 502],
  ["a target that hangs up", request("GET /drop"), 502],
  ["a target that says nothing", request("GET /hang"), 504],
  ["TRACE", request("TRACE /app"), 405],
  ["more addresses in X-Forwarded-For than an ALB takes", request("GET /app", `X-Forwarded-For: ${thirtyOne}`), 463],
  ["a request that is none", "GET\r\n\r\n", 400],
];

/** [what, fields of the request] */
const passedOn: ReadonlyArray<[string, string[]]> = [
  ["nothing but the host", []],
  ["addresses of earlier proxies", ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443"]],
  ["a trace id", ["X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Sampled=1"]],
  ["fields of the connection", ["Keep-Alive: timeout=5", "TE: trailers"]],
];

describe("the ALB on l7-proxy and that on http-proxy", () => {
  test.each(answered)("answer alike: %s", async (_, text, status) => {
    const [ours, reference] = await startBoth();
    const [own, other] = await Promise.all([ours.alb.send(text), reference.alb.send(text)]);
    expect(readAnswer(own).status).toBe(status);
    expect(readAnswer(other)).toEqual(readAnswer(own));
    expect(reference.target.requests).toEqual(ours.target.requests);
  });

  test.each(passedOn)("send the target the same fields: %s", async (_, fields) => {
    const [ours, reference] = await startBoth();
    for (const { alb } of [ours, reference]) await alb.send(request("GET /app", ...fields));
    const [own, other] = [readFields(ours.target.headers), readFields(reference.target.headers)];
    expect(other).toEqual({ ...own, connection: "keep-alive" });
  });

  test("write the same line of the access log but for times, ports, sizes and ids", async () => {
    const [ours, reference] = await startBoth();
    const lines: string[] = [];
    for (const { alb } of [ours, reference]) {
      await alb.get("/app?x=1");
      const [line = ""] = await alb.logLines(1);
      lines.push(
        line
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|127\.0\.0\.1:\d+|TID_\w+|1-[0-9a-f]{8}-\w+|\b0\.\d{3}\b/g, "_")
          .replace(/(200 200) \d+ \d+/, "$1"),
      );
    }
    expect(lines[1]).toBe(lines[0]);
  });

  test("report a span with the same decisions and outcome", async () => {
    const [ours, reference] = await startBoth();
    const spans = await Promise.all(
      [ours, reference].map(async ({ alb }) => {
        await healthOf(alb, "app", ["healthy"]);
        await alb.get("/app");
        return eventually(() => {
          const [span] = alb.spans;
          if (span === undefined) throw new Error("no span yet");
          const decisions = span.decisions.map((decision) => ({ ...decision, ...("target" in decision && { target: "" }) }));
          return { decisions, outcome: span.outcome, summary: span.summary, upstreams: span.upstreams.length };
        });
      }),
    );
    expect(spans[1]).toEqual(spans[0]);
  });
});
