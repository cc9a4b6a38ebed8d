import type { Pod } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { readStubSettings, slowness } from "../src/stub-settings.ts";

const pod = (knobs: Record<string, string>, owner?: string): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "p",
    annotations: Object.fromEntries(Object.entries(knobs).map(([name, value]) => [`loopway.dev/stub-${name}`, value])),
    ownerReferences: owner === undefined ? [] : [{ apiVersion: "v1", kind: owner, name: "o", uid: "o", controller: true }],
  },
  spec: { containers: [{ name: "web" }] },
});
const read = (knobs: Record<string, string>) => readStubSettings(pod(knobs)).settings;

test("a stub without annotations answers at once, always and for ever", () => {
  const { settings, problems } = readStubSettings(pod({}));
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({ errorRate: 0, cpuMs: 0, startDelayMs: 0, exitAfterMs: Number.POSITIVE_INFINITY });
  expect(settings.latencyMs(0.5)).toBe(0);
});

describe("latency", () => {
  test.each([
    { text: "20ms", expected: [20, 20, 20] },
    { text: "20ms-80ms", expected: [20, 50, 80] },
    { text: "p50=20ms,p90=80ms,p100=1s", expected: [0, 20, 1000] },
    { text: "p90=90ms", expected: [0, 50, 90] },
  ])("$text", ({ text, expected }) => {
    const { latencyMs } = read({ latency: text });
    expect([0, 0.5, 1].map((random) => Math.round(latencyMs(random)))).toEqual(expected);
  });
});

test.each([
  { knobs: { "error-rate": "5%", "error-status": "503" }, expected: { errorRate: 0.05, errorStatus: 503 } },
  { knobs: { "error-rate": "0.5" }, expected: { errorRate: 0.5, errorStatus: 500 } },
  { knobs: { cpu: "7ms", "start-delay": "3s" }, expected: { cpuMs: 7, startDelayMs: 3000 } },
  { knobs: { "exit-after": "2s", "exit-code": "3" }, expected: { exitAfterMs: 2000, exitCode: 3 } },
  { knobs: { "unhealthy-after": "1m" }, expected: { unhealthyAfterMs: 60_000 } },
])("$knobs", ({ knobs, expected }) => expect(read(knobs)).toMatchObject(expected));

test.each([
  { knobs: { latency: "fast" } },
  { knobs: { latency: "1ms-2ms-3ms" } },
  { knobs: { latency: "p50=x" } },
  { knobs: { "error-rate": "150%" } },
  { knobs: { "error-status": "99" } },
  { knobs: { "exit-code": "256" } },
  { knobs: { cpu: "-1ms" } },
])("$knobs cannot be read, is said, and changes nothing", ({ knobs }) => {
  const { problems } = readStubSettings(pod(knobs));
  expect(problems).toEqual([expect.stringContaining(`loopway.dev/stub-${Object.keys(knobs)[0]}: cannot read`)]);
});

test("a slow start takes ten times as long at first, and ever less", () => {
  const settings = read({ "slow-start": "10s" });
  expect([0, 5_000, 10_000, 60_000].map((age) => slowness(settings, age))).toEqual([10, 5.5, 1, 1]);
});

test("the stub of a Job ends after a second, well", () => {
  expect(readStubSettings(pod({}, "Job")).settings).toMatchObject({ exitAfterMs: 1000, exitCode: 0 });
  expect(readStubSettings(pod({ "exit-after": "5s" }, "Job")).settings.exitAfterMs).toBe(5000);
});
