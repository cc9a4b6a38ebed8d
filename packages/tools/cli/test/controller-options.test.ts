import { describe, expect, test } from "vitest";
import type { Arguments } from "../src/command.ts";
import { commands } from "../src/commands.ts";
import { settleOptionsOf } from "../src/controller-options.ts";

const given = (values: Arguments["values"]): Arguments => ({ values, positionals: [], raw: [] });

describe.each(["up", "explain", "lint", "check", "diff", "replay"])("%s", (name) => {
  const command = commands.find((candidate) => candidate.name === name);

  test("takes the controller's version and the account's quotas, and says so", () => {
    expect(Object.keys(command?.options ?? {})).toEqual(expect.arrayContaining(["lbc-version", "quota"]));
    expect(command?.optionHelp.map(([flags]) => flags)).toEqual(expect.arrayContaining(["--lbc-version V", "--quota NAME=NUMBER"]));
  });
});

test("strict unless lenient, with the version and the quotas that are given", () => {
  expect(settleOptionsOf(given({ "lbc-version": "v2.11", quota: ["rules-per-alb=200"] }))).toEqual({
    strict: true,
    lbcVersion: "v2.11",
    quotas: { rules: 200 },
  });
  expect(settleOptionsOf(given({ lenient: true }))).toMatchObject({ strict: false, quotas: {} });
});

test.each([
  [{ "lbc-version": "v1.0" }, /--lbc-version is v1\.0; expected one of/],
  [{ quota: ["rules=many"] }, /--quota: /],
])("%j is wrong usage", (values, message) => {
  expect(() => settleOptionsOf(given(values))).toThrow(message);
});
