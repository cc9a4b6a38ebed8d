import type { TargetHealthState } from "@loopway/model";
import { expect, test } from "vitest";
import { candidatesIn, chooseByFlow, chooseBySource, chooseGroup, type ZonalTarget } from "../src/choose-target.ts";

const at = (name: string, availabilityZone: string | undefined, state: TargetHealthState = "healthy"): ZonalTarget => ({
  name,
  availabilityZone,
  state,
});

test.each<[string, ZonalTarget[], boolean, string]>([
  ["healthy ones of the zone", [at("p", "a"), at("q", "b")], false, "p"],
  ["cross-zone: healthy ones anywhere", [at("p", "a"), at("q", "b")], true, "p q"],
  ["one in no zone is in all", [at("p", undefined), at("q", "b")], false, "p"],
  ["unhealthy ones wait behind a healthy one", [at("p", "a"), at("q", "a", "unhealthy")], false, "p"],
  ["healthy ones elsewhere only: nobody", [at("p", "a", "unhealthy"), at("q", "b")], false, ""],
  ["nobody healthy anywhere: all of the zone", [at("p", "a", "unhealthy"), at("q", "b", "unhealthy")], false, "p"],
  ["nobody healthy anywhere, cross-zone: all", [at("p", "a", "unhealthy"), at("q", "b", "unhealthy")], true, "p q"],
  ["fresh ones where nobody else can", [at("p", "a", "initial"), at("q", "b", "initial")], false, "p"],
  ["draining ones never", [at("p", "a", "draining")], false, ""],
])("%s", (_name, targets, isCrossZone, expected) =>
  expect(
    candidatesIn(targets, "a", isCrossZone)
      .map(({ name }) => name)
      .join(" "),
  ).toBe(expected),
);

const targets = ["p", "q", "r", "s"].map((name) => at(name, "a"));
const flow = (port: number) => ({ protocol: "tcp", source: `127.0.0.1:${port}`, destination: "127.12.0.1:80" });

test("a flow has one target, and flows spread alike", () => {
  const counts = new Map<string, number>();
  for (let port = 30_000; port < 34_000; port++) {
    const target = chooseByFlow(targets, flow(port), 7);
    expect(chooseByFlow(targets, flow(port), 7)).toBe(target);
    counts.set(target?.name ?? "", (counts.get(target?.name ?? "") ?? 0) + 1);
  }
  // Binomial with mean 1000, standard deviation 27.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("another seed, another spread", () => {
  const ports = Array.from({ length: 100 }, (_, index) => 30_000 + index);
  const moved = ports.filter((port) => chooseByFlow(targets, flow(port), 1) !== chooseByFlow(targets, flow(port), 2));
  expect(moved.length).toBeGreaterThan(50);
});

test("by source: a target that goes moves its own clients only", () => {
  const [, ...left] = targets;
  for (let host = 1; host < 250; host++) {
    const before = chooseBySource(targets, `127.10.1.${host}`);
    const after = chooseBySource(left, `127.10.1.${host}`);
    if (before !== targets[0]) expect(after).toBe(before);
  }
});

test("target groups share flows by their weights, and 0 gets none", () => {
  const groups = [
    { name: "a", weight: 3 },
    { name: "b", weight: 1 },
    { name: "c", weight: 0 },
  ];
  const counts = { a: 0, b: 0, c: 0 };
  for (let port = 30_000; port < 34_000; port++) counts[(chooseGroup(groups, flow(port), 3)?.name ?? "c") as "a"]++;
  expect(Math.abs(counts.a - 3000)).toBeLessThan(150);
  expect(counts.c).toBe(0);
});
