/** fixtures/analysis: manifests, the commands asked about them, and every answer whole. `UPDATE_GOLDEN=1` writes the answers; read them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { explain } from "../src/commands/explain.ts";
import { answer } from "../src/explain/run.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const folder = join(root, "fixtures", "analysis");
const schema = JSON.parse(readFileSync(join(root, "packages", "core", "analysis", "explanation.schema.json"), "utf8"));
const PROMPT = "$ loopway explain ";

/** Words of a command line; quotes hold one together. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

async function run(line: string): Promise<{ text: string; exitCode: number }> {
  const args = words(line).map((word) => (word.startsWith("fixtures/") ? join(root, word) : word));
  const { values, positionals } = parseArgs({ args, options: explain.options, allowPositionals: true });
  return answer({ values, positionals, raw: args }, false);
}

async function answerTo(line: string): Promise<string> {
  const { text, exitCode } = await run(line);
  return `${text}exit code ${exitCode}\n`;
}

function commandsOf(name: string): string[] {
  const lines = readFileSync(join(folder, name, "expected.txt"), "utf8").split("\n");
  return lines.flatMap((line) => (line.startsWith(PROMPT) ? [line.slice(PROMPT.length)] : []));
}

test.each(readdirSync(folder))("the answers about %s are as they were read", async (name) => {
  const file = join(folder, name, "expected.txt");
  const expected = readFileSync(file, "utf8");
  const answers: string[] = [];
  for (const command of commandsOf(name)) answers.push(`${PROMPT}${command}\n${await answerTo(command)}`);
  const text = answers.join("\n");
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  else expect(text).toBe(expected);
});

test("every answer as JSON fits the published schema, and every variant in the schema is met", async () => {
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  const kinds = new Set<string>();
  for (const command of readdirSync(folder).flatMap(commandsOf)) {
    const { text } = await run(`${command} --json`);
    const answered: unknown = JSON.parse(text, (key, value: unknown) => {
      if (key === "kind") kinds.add(String(value));
      return value;
    });
    expect(validate(answered), `${command}: ${JSON.stringify(validate.errors)}`).toBe(true);
  }
  const inSchema = [...JSON.stringify(schema).matchAll(/"kind":\{"const":"([^"]+)"/g)].map(([, kind]) => kind);
  expect([...kinds]).toEqual(expect.arrayContaining(inSchema.filter((kind) => kind !== "login" && kind !== "error")));
});
