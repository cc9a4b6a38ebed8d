import type { Span, TraceNode } from "@loopway/model";
import { expect, test } from "vitest";
import { formatTrace } from "../src/format-trace.ts";

const flow = { protocol: "tcp" as const, local: "127.0.0.1:1", remote: "127.0.0.1:2", ordinal: 0 };
const span = (partial: Partial<Span> & Pick<Span, "hop" | "name">): Span => ({
  downstream: flow,
  upstreams: [],
  startUs: 1_000_000,
  endUs: 1_004_000,
  decisions: [],
  outcome: { kind: "forwarded", status: 200 },
  bytesIn: 1,
  bytesOut: 1,
  ...partial,
});

const origin = { kind: "Ingress", namespace: "default", name: "api-ingress", pointer: "/spec/rules/0/http/paths/0" };
const trace: TraceNode = {
  span: span({ hop: "client", name: "client", summary: "GET http://api.example.com/v1/order/1" }),
  children: [
    {
      span: span({
        hop: "route53",
        name: "route53",
        endUs: 1_001_000,
        summary: "A api.example.com",
        outcome: { kind: "answered" },
        decisions: [
          {
            kind: "record",
            name: "api.example.com",
            recordType: "A",
            hostedZone: "example.com",
            ttl: 60,
            answers: ["127.12.0.1"],
            rcode: "NOERROR",
          },
        ],
      }),
      children: [],
    },
    {
      span: span({
        hop: "alb",
        name: "k8s-default-apiingre-0a1b2c3d4e",
        startUs: 1_001_000,
        decisions: [
          { kind: "rule", listener: "80", rule: "r", priority: 1, action: "forward", origin },
          { kind: "target", targetGroup: "tg", target: "i-1:30100", health: "healthy", algorithm: "round_robin", candidates: 3 },
        ],
      }),
      children: [
        {
          span: {
            ...span({
              hop: "kube-proxy",
              name: "node-a",
              startUs: 1_002_000,
              decisions: [{ kind: "nodePort", node: "node-a", nodePort: 30100, service: "default/orders-service" }],
            }),
            endUs: 1_003_000,
          },
          children: [],
        },
      ],
    },
  ],
};

test("a trace is a waterfall with each hop's decisions under it", () => {
  expect(`\n${formatTrace(trace, { barWidth: 8, sourceOf: () => "seeds/api.yaml:14" })}`).toBe(`
client                                 ████████     4.00 ms  GET http://api.example.com/v1/order/1 → 200
  route53                              ██           1.00 ms  A api.example.com
    record    api.example.com A → 127.12.0.1 (TTL 60 s, hosted zone example.com)
  alb k8s-default-apiingre-0a1b2c3d4e    ██████     3.00 ms   → 200
    rule      priority 1 of listener 80: forward  ← Ingress default/api-ingress /spec/rules/0/http/paths/0 (seeds/api.yaml:14)
    target    i-1:30100 of tg (healthy, round_robin over 3)
    kube-proxy node-a                      ██       1.00 ms   → 200
      nodePort  30100 on node-a is service default/orders-service
`);
});
