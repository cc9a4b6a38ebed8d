import { expect, test } from "vitest";
import { parseGoDuration } from "../src/go-duration.ts";

test.each([
  ["1s", 1_000],
  ["300ms", 300],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["0", 0],
  ["-5ms", -5],
  ["+2s", 2_000],
  ["10µs", 0.01],
  ["1", undefined],
  ["", undefined],
  ["s", undefined],
  ["1s ", undefined],
  ["1s2", undefined],
  ["1d", undefined],
])("%j is %s ms", (text, ms) => expect(parseGoDuration(text)).toBe(ms));
