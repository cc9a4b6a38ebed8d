import { formatAddress } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import {
  boundAddress,
  forwardTo,
  healthOf,
  LB,
  listener,
  notFound,
  pathIs,
  rule,
  stack,
  startAlb,
  startTarget,
  targetGroup,
} from "./world.ts";

const bodyOf = (response: string) => response.slice(response.indexOf("\r\n\r\n") + 4);
const statusOf = (response: string) => Number(response.slice(9, 12));

describe("a load balancer", () => {
  test("sends a request by the first rule that matches to a target of its group", async () => {
    const [orders, payment] = [await startTarget("orders"), await startTarget("payment")];
    const hop = await startAlb(
      ...stack([
        listener(),
        rule(1, [pathIs("/v1/order/*")], forwardTo("orders")),
        rule(2, [pathIs("/v1/payment/*")], forwardTo("payment")),
        targetGroup("orders", [orders.target]),
        targetGroup("payment", [payment.target]),
      ]),
    );
    await healthOf(hop, "orders", ["healthy"]);
    expect(bodyOf(await hop.get("/v1/order/1"))).toContain("orders");
    expect(bodyOf(await hop.get("/v1/payment/1"))).toContain("payment");
    const missing = await hop.get("/nope");
    expect(statusOf(missing)).toBe(404);
    expect(missing).toContain("Server: awselb/2.0\r\nContent-Type: text/plain\r\n");
    expect(hop.isReady).toBe(true);
  });

  test("spreads requests evenly over healthy targets, whatever the connections", async () => {
    const targets = await Promise.all(["a", "b", "c"].map((name) => startTarget(name)));
    const hop = await startAlb(
      ...stack([
        listener(80, forwardTo("group")),
        targetGroup(
          "group",
          targets.map(({ target }) => target),
        ),
      ]),
    );
    await healthOf(hop, "group", ["healthy", "healthy", "healthy"]);
    const requests = Array.from(
      { length: 30 },
      (_, index) => `GET /${index} HTTP/1.1\r\nHost: a\r\n${index === 29 ? "Connection: close\r\n" : ""}\r\n`,
    );
    await hop.send(requests.join(""));
    expect(targets.map((target) => target.requests.length)).toEqual([10, 10, 10]);
  });

  test("reports one span per request: flows with ordinals, rule with origin, target, outcome", async () => {
    const target = await startTarget("orders");
    const hop = await startAlb(
      ...stack([listener(), rule(7, [pathIs("/v1/*")], forwardTo("orders")), targetGroup("orders", [target.target])]),
    );
    await healthOf(hop, "orders", ["healthy"]);
    await hop.send("GET /v1/a?x=1 HTTP/1.1\r\nHost: h\r\n\r\nGET /nope HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const [first, second] = hop.spans;
    expect(first).toMatchObject({
      hop: "alb",
      name: LB,
      summary: "GET /v1/a",
      downstream: { protocol: "tcp", ordinal: 0, local: formatAddress(boundAddress(hop)) },
      upstreams: [{ protocol: "tcp", ordinal: 0, remote: `127.0.0.1:${target.target.port}` }],
      decisions: [
        {
          kind: "rule",
          listener: "web-80",
          rule: "web-80-7",
          priority: 7,
          action: "forward orders",
          origin: { kind: "Ingress", namespace: "default", name: "api", pointer: "/spec/rules/7" },
        },
        {
          kind: "target",
          targetGroup: "orders",
          target: `127.0.0.1:${target.target.port}`,
          health: "healthy",
          algorithm: "round_robin",
          candidates: 1,
        },
      ],
      outcome: { kind: "forwarded", status: 200 },
    });
    expect(first?.root).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(second).toMatchObject({
      downstream: { ordinal: 1 },
      upstreams: [],
      decisions: [{ kind: "rule", rule: "default", priority: "default" }],
      outcome: { kind: "answered", status: 404, code: "ELB_404" },
    });
  });

  test("the target gets headers in the order they came, then those of the load balancer; hop-by-hop ones are gone", async () => {
    const target = await startTarget("echo");
    const hop = await startAlb(...stack([listener(80, forwardTo("group")), targetGroup("group", [target.target])]));
    await healthOf(hop, "group", ["healthy"]);
    await hop.send(
      "GET /a/../b?q=%2F HTTP/1.1\r\nX-ONE: 1\r\nhost: api.test:80\r\nKeep-Alive: x\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nx-two:  2 \r\nX-Secret: s\r\nX-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Sampled=1\r\nConnection: close, X-Secret\r\n\r\n",
    );
    expect(target.requests).toEqual(["GET /a/../b?q=%2F"]);
    const trace = target.headers.pop();
    expect(trace).toMatch(/^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-67891233-abcdef012345678912345678;Sampled=1$/);
    expect(target.headers).toEqual(
      ["X-ONE", "1", "host", "api.test", "x-two", "2", "X-Forwarded-For", "10.0.0.1, 127.0.0.1"].concat([
        "X-Forwarded-Proto",
        "http",
        "X-Forwarded-Port",
        "80",
        "X-Amzn-Trace-Id",
      ]),
    );
  });

  test("a new rule serves at once, a stack half seen does not, and requests go on meanwhile", async () => {
    const target = await startTarget("new");
    const before = [listener(), targetGroup("group", [target.target])];
    const hop = await startAlb(...stack(before));
    expect(statusOf(await hop.get("/new"))).toBe(404);
    const after = stack([...before, rule(1, [pathIs("/new")], forwardTo("group"))]);
    hop.apply(...after.filter(({ kind }) => kind !== "Rule"));
    expect(statusOf(await hop.get("/new"))).toBe(404);
    hop.apply(...after);
    expect(bodyOf(await hop.get("/new"))).toContain("new");
  });

  test("a target group that goes before the rule that names it serves until the stack is whole again", async () => {
    const target = await startTarget("still");
    const members = [listener(), rule(1, [pathIs("/x")], forwardTo("group"))];
    const group = targetGroup("group", [target.target]);
    const hop = await startAlb(...stack([...members, group]));
    await healthOf(hop, "group", ["healthy"]);
    hop.remove(group);
    expect(bodyOf(await hop.get("/x"))).toContain("still");
    hop.remove(rule(1, [], notFound));
    hop.apply(...stack([listener()]));
    expect(statusOf(await hop.get("/x"))).toBe(404);
  });

  test("a rule that cannot be compiled is left out; the others serve", async () => {
    const target = await startTarget("good");
    const hop = await startAlb(
      ...stack([
        listener(),
        rule(1, [{ field: "source-ip", sourceIPConfig: { values: ["nonsense"] } }], notFound),
        rule(2, [pathIs("/*")], forwardTo("group")),
        targetGroup("group", [target.target]),
      ]),
    );
    expect(bodyOf(await hop.get("/"))).toContain("good");
  });

  test("without a listener no port is open, and a listener that goes closes its port", async () => {
    const hop = await startAlb(...stack([]));
    expect(hop.listened).toEqual([]);
    hop.apply(...stack([listener(8080)]));
    expect(statusOf(await hop.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "", 8080))).toBe(404);
    hop.remove(listener(8080));
    hop.apply(...stack([]));
    await eventually(async () => {
      await expect(hop.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", 8080)).rejects.toThrow("ECONNREFUSED");
    });
  });
});
