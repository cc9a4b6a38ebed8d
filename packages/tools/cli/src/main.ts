#!/usr/bin/env node
import { parseArgs } from "node:util";
import { LoopwayError } from "@loopway/model";
import type { Arguments, Command } from "./command.ts";
import { commands } from "./commands.ts";
import { formatHelp, formatOverview } from "./help.ts";
import { reportProblem } from "./report-problem.ts";

function parse(command: Command, raw: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...raw],
      options: { ...command.options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
      strict: command.wraps === undefined,
    });
    return { values, positionals, raw };
  } catch (error) {
    throw new LoopwayError(
      "E_USAGE",
      { message: error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error) },
      { cause: error },
    );
  }
}

async function main([name, ...raw]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(formatOverview(commands));
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined)
    throw new LoopwayError("E_USAGE", { message: `no command named ${name}; there are ${commands.map((each) => each.name).join(", ")}` });
  if (raw[0] === "--help" || raw[0] === "-h") {
    process.stdout.write(formatHelp(command));
    return 0;
  }
  const parsed = parse(command, raw);
  if (parsed.values.help === true && command.wraps === undefined) {
    process.stdout.write(formatHelp(command));
    return 0;
  }
  return command.run(parsed);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = reportProblem(error);
  },
);
