import type { HorizontalPodAutoscaler } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { type LimitInput, limitReplicas, type Memory, remember } from "../../src/autoscaler/behavior.ts";

type Behavior = NonNullable<HorizontalPodAutoscaler["spec"]["behavior"]>;

const NOW = 1_000_000_000;
const none: Memory = { recommendations: [], changes: [] };
const input = (
  current: number,
  recommended: number,
  more: { behavior?: Behavior; memory?: Partial<Memory>; min?: number; max?: number } = {},
): LimitInput => ({
  spec: { minReplicas: more.min ?? 1, maxReplicas: more.max ?? 100, ...(more.behavior === undefined ? {} : { behavior: more.behavior }) },
  current,
  recommended,
  memory: { ...none, ...more.memory },
  now: NOW,
});
const said = (replicas: number, secondsAgo: number) => ({ replicas, atMs: NOW - secondsAgo * 1000 });
const changed = (by: number, secondsAgo: number) => ({ by, atMs: NOW - secondsAgo * 1000 });
const pods = (value: number, periodSeconds = 60) => ({ type: "Pods" as const, value, periodSeconds });
const percent = (value: number, periodSeconds = 60) => ({ type: "Percent" as const, value, periodSeconds });

describe("by default", () => {
  test.each([
    { name: "grows by at most four pods in 15 s", given: input(2, 50), expected: { replicas: 6, limit: "ScaleUpLimit" } },
    { name: "or doubles, whichever is more", given: input(10, 50), expected: { replicas: 20, limit: "ScaleUpLimit" } },
    {
      name: "counting from where the period began",
      given: input(6, 50, { memory: { changes: [changed(4, 10)] } }),
      expected: { replicas: 6 },
    },
    { name: "not beyond maxReplicas", given: input(10, 50, { max: 12 }), expected: { replicas: 12, limit: "TooManyReplicas" } },
    { name: "shrinks as far as it likes", given: input(50, 3), expected: { replicas: 3 } },
    { name: "not below minReplicas", given: input(5, 0, { min: 2 }), expected: { replicas: 2, limit: "TooFewReplicas" } },
    {
      name: "to the highest recommendation of five minutes",
      given: input(9, 3, { memory: { recommendations: [said(8, 200), said(4, 10)] } }),
      expected: { replicas: 8, isStabilized: true },
    },
    { name: "older ones are forgotten", given: input(9, 3, { memory: { recommendations: [said(8, 301)] } }), expected: { replicas: 3 } },
    {
      name: "grows at once, whatever was said before",
      given: input(3, 5, { memory: { recommendations: [said(1, 5)] } }),
      expected: { replicas: 5 },
    },
  ])("$name", ({ given, expected }) => expect(limitReplicas(given)).toMatchObject(expected));
});

describe("with a behavior", () => {
  test.each<{ name: string; behavior: Behavior; given: [number, number, Partial<Memory>?]; expected: object }>([
    {
      name: "a window for growing takes the lowest",
      behavior: { scaleUp: { stabilizationWindowSeconds: 60 } },
      given: [3, 9, { recommendations: [said(4, 30)] }],
      expected: { replicas: 4 },
    },
    {
      name: "a window of 0 shrinks at once",
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      given: [9, 3, { recommendations: [said(8, 5)] }],
      expected: { replicas: 3 },
    },
    {
      name: "the greatest of two policies",
      behavior: { scaleUp: { policies: [pods(2), percent(50)] } },
      given: [10, 90],
      expected: { replicas: 15 },
    },
    {
      name: "the least, with Min",
      behavior: { scaleUp: { selectPolicy: "Min", policies: [pods(2), percent(50)] } },
      given: [10, 90],
      expected: { replicas: 12 },
    },
    {
      name: "percents round up when growing",
      behavior: { scaleUp: { policies: [percent(10)] } },
      given: [3, 90],
      expected: { replicas: 4 },
    },
    {
      name: "and are cut when shrinking",
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [percent(10)] } },
      given: [80, 10],
      expected: { replicas: 72, limit: "ScaleDownLimit" },
    },
    {
      name: "shrinks by the greatest change",
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [percent(10), pods(4)] } },
      given: [10, 1],
      expected: { replicas: 6 },
    },
    {
      name: "what was taken away in the period counts",
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [pods(4)] } },
      given: [6, 1, { changes: [changed(-4, 30)] }],
      expected: { replicas: 6 },
    },
    {
      name: "and no longer after it",
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [pods(4)] } },
      given: [6, 1, { changes: [changed(-4, 61)] }],
      expected: { replicas: 2 },
    },
    {
      name: "Disabled never shrinks",
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: "Disabled" } },
      given: [6, 1],
      expected: { replicas: 6 },
    },
  ])("$name", ({ behavior, given: [current, recommended, memory = {}], expected }) =>
    expect(limitReplicas(input(current, recommended, { behavior, memory }))).toMatchObject(expected),
  );
});

test("remembers what its windows and periods reach, and not more", () => {
  const memory = { recommendations: [said(7, 301), said(6, 299)], changes: [changed(1, 301), changed(2, 299)] };
  expect(remember(input(3, 5, { memory }), 2)).toEqual({
    recommendations: [said(6, 299), said(5, 0)],
    changes: [changed(2, 299), changed(2, 0)],
  });
});
