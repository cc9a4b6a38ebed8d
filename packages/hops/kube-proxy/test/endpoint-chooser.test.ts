import { seededRandom } from "@loopway/testkit";
import { expect, test } from "vitest";
import { EndpointChooser } from "../src/endpoint-chooser.ts";
import type { ServiceRule } from "../src/service-table.ts";

const endpoint = (address: string) => ({ address: { address, port: 3000 }, pod: address });
const [a, b, c] = [endpoint("127.10.1.20"), endpoint("127.10.1.21"), endpoint("127.10.1.22")];
const all = [a, b, c];

const rule = (change: Partial<ServiceRule> = {}): ServiceRule => ({
  protocol: "tcp",
  virtual: { address: "127.11.0.5", port: 80 },
  service: "shop/web",
  servicePort: "shop/web:",
  decision: { kind: "clusterIP", clusterIP: "127.11.0.5", servicePort: 80, service: "shop/web" },
  traffic: "internal",
  sourceRanges: [],
  onNode: new Map(),
  elsewhere: { kind: "forward", endpoints: all, source: "client" },
  ...change,
});
const sticky = rule({ affinityMs: 10_000 });
const from = (client: string, nowMs = 0, endpoints = all) => ({ client, nowMs, endpoints });

function chooserOf(scheduler: EndpointChooser["scheduler"] = "random"): EndpointChooser {
  const chooser = new EndpointChooser(seededRandom(1));
  chooser.scheduler = scheduler;
  return chooser;
}

test("random: 3,000 connections spread as three fair dice would (chi-square, 0.1 %)", () => {
  const chooser = chooserOf();
  const counts = new Map(all.map(({ pod }) => [pod, 0]));
  for (let i = 0; i < 3000; i++) {
    const pod = chooser.take({ rule: rule(), ...from("127.0.0.1") })?.pod ?? "";
    counts.set(pod, (counts.get(pod) ?? 0) + 1);
  }
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(chiSquare).toBeLessThan(13.8);
});

test("affinity: a client stays, over ports of the Service's other addresses too, until its time-out", () => {
  const chooser = chooserOf("rr");
  expect(chooser.take({ rule: sticky, ...from("127.0.0.1") })).toBe(a);
  expect(chooser.take({ rule: sticky, ...from("127.0.0.2") })).toBe(b);
  const nodePort = { ...sticky, virtual: { address: "127.10.1.10", port: 30080 } };
  expect(chooser.take({ rule: nodePort, ...from("127.0.0.1", 9_000) })).toBe(a);
  expect(chooser.take({ rule: sticky, ...from("127.0.0.1", 18_999) })).toBe(a);
  expect(chooser.take({ rule: sticky, ...from("127.0.0.1", 28_999) })).toBe(c);
});

test("affinity to an endpoint that is gone falls through to a new one, and stays there", () => {
  const chooser = chooserOf("rr");
  chooser.take({ rule: sticky, ...from("127.0.0.1") });
  expect(chooser.take({ rule: sticky, ...from("127.0.0.1", 1, [b, c]) })).toBe(c);
  expect(chooser.take({ rule: sticky, ...from("127.0.0.1", 2) })).toBe(c);
});

test("rr takes turns per Service port", () => {
  const chooser = chooserOf("rr");
  const other = rule({ servicePort: "shop/api:" });
  const picks = [rule(), rule(), other, rule(), rule()].map((chosen) => chooser.take({ rule: chosen, ...from("127.0.0.1") }));
  expect(picks).toEqual([a, b, a, c, a]);
});

test("lc takes the endpoint with the fewest connections that are still open", () => {
  const chooser = chooserOf("lc");
  const take = () => chooser.take({ rule: rule(), ...from("127.0.0.1") });
  expect([take(), take(), take(), take()]).toEqual([a, b, c, a]);
  chooser.release(b);
  expect(take()).toBe(b);
});
