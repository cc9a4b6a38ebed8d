import { expect, test } from "vitest";
import { up } from "../src/commands/up.ts";

test.each([
  [{ "lbc-version": "v2.14.1" }, "--lbc-version is v2.14.1; expected one of v2.4, v2.5, "],
  [{ quota: ["rules-per-alb=200", "rules=1"] }, "--quota: rules=1 is no quota; expected NAME=NUMBER with one of "],
])("%j starts nothing and says what is known", async (values, says) => {
  const running = up.run({ values, positionals: [], raw: [] });
  await expect(running).rejects.toMatchObject({ code: "E_USAGE", message: expect.stringContaining(says) });
});
