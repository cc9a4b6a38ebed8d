import { expect, test } from "vitest";
import { supervisorConfig, up } from "../src/commands/up.ts";

test.each([
  [{ "lbc-version": "v2.14.1" }, "--lbc-version is v2.14.1; expected one of v2.4, v2.5, "],
  [{ durable: "full" }, "--durable is full; expected power"],
  [{ pods: "polite" }, "--pods is polite; expected real-termination"],
  [{ quota: ["rules-per-alb=200", "rules=1"] }, "--quota: rules=1 is no quota; expected NAME=NUMBER with one of "],
])("%j starts nothing and says what is known", async (values, says) => {
  const running = up.run({ values, positionals: [], raw: [] });
  await expect(running).rejects.toMatchObject({ code: "E_USAGE", message: expect.stringContaining(says) });
});

test.each([
  [{ durable: "power" }, { durable: "power", realTermination: false }],
  [{ pods: "real-termination" }, { durable: undefined, realTermination: true }],
])("%j is what the supervisor is told: %j", (values, told) => {
  const { durable, realTermination } = supervisorConfig({ values, positionals: [], raw: [] });
  expect({ durable, realTermination }).toEqual(told);
});
