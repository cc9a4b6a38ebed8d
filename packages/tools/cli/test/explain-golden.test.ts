/** fixtures/analysis: manifests, the commands asked about them, and every answer whole. `UPDATE_GOLDEN=1` writes the answers; read them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { expect, test } from "vitest";
import { explain } from "../src/commands/explain.ts";
import { answer } from "../src/explain/run.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const folder = join(root, "fixtures", "analysis");
const PROMPT = "$ loopway explain ";

/** Words of a command line; quotes hold one together. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

async function answerTo(line: string): Promise<string> {
  const args = words(line).map((word) => (word.startsWith("fixtures/") ? join(root, word) : word));
  const { values, positionals } = parseArgs({ args, options: explain.options, allowPositionals: true });
  const { text, exitCode } = await answer({ values, positionals, raw: args }, false);
  return `${text.replaceAll(`${root}`, "")}exit code ${exitCode}\n`;
}

test.each(readdirSync(folder))("the answers about %s are as they were read", async (name) => {
  const file = join(folder, name, "expected.txt");
  const expected = readFileSync(file, "utf8");
  const commands = expected.split("\n").flatMap((line) => (line.startsWith(PROMPT) ? [line.slice(PROMPT.length)] : []));
  const answers: string[] = [];
  for (const command of commands) answers.push(`${PROMPT}${command}\n${await answerTo(command)}`);
  const text = answers.join("\n");
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  else expect(text).toBe(expected);
});
