import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { openLogFile } from "../src/log-file.ts";

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "loopway-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "logs", "access.log");
}

const line = (index: number) => `${index} caf\xe9 ${"x".repeat(index % 500)}\n`;

test.each([
  { name: "a few lines", count: 3 },
  { name: "more than one batch", count: 2_000 },
  { name: "lines that outgrow the buffer", count: 20_000 },
])("$name are all there in order after close", async ({ count }) => {
  const path = newFile();
  const log = openLogFile(path);
  const lines = Array.from({ length: count }, (_, index) => line(index));
  for (const [index, text] of lines.entries()) {
    log.append(text);
    if (index % 500 === 0) await new Promise(setImmediate);
  }
  await log.close();
  expect(readFileSync(path, "latin1")).toBe(lines.join(""));
});

test("lines are written while the file is open, and appended to what is there", async () => {
  const path = newFile();
  const first = openLogFile(path);
  first.append("one\n");
  await eventually(() => expect(readFileSync(path, "latin1")).toBe("one\n"));
  first.append("two\n");
  await eventually(() => expect(readFileSync(path, "latin1")).toBe("one\ntwo\n"));
  await first.close();
  const second = openLogFile(path);
  second.append("three\n");
  await second.close();
  expect(readFileSync(path, "latin1")).toBe("one\ntwo\nthree\n");
});
