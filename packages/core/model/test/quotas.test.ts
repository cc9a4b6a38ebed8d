import { expect, test } from "vitest";
import { isAtLeast, isLbcVersion, LBC_VERSIONS, NEWEST_LBC_VERSION, parseQuota } from "../src/index.ts";

test.each([
  ["rules-per-alb=200", { rules: 200 }],
  ["targets-per-target-group=5", { targetsPerTargetGroup: 5 }],
])("%s is a quota", (text, quota) => expect(parseQuota(text)).toEqual(quota));

test.each(["rules-per-alb", "rules-per-alb=", "rules-per-alb=-1", "rules=200", "toString=1"])("%s is none", (text) => {
  expect(parseQuota(text)).toMatch(/is no quota; expected NAME=NUMBER with one of listeners-per-alb, /);
});

test("versions are ordered by number, not by letter", () => {
  expect(isAtLeast("v2.14", "v2.4")).toBe(true);
  expect(isAtLeast("v2.4", "v2.14")).toBe(false);
  expect(isAtLeast("v3.0", "v2.17")).toBe(true);
  expect(LBC_VERSIONS.at(-1)).toBe(NEWEST_LBC_VERSION);
  expect(["v2.14.1", "2.14", "v9"].filter(isLbcVersion)).toEqual([]);
});
