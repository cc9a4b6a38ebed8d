import { describe, expect, test } from "vitest";
import type { Command } from "../src/command.ts";
import { commands } from "../src/commands.ts";
import { formatHelp, formatOverview } from "../src/help.ts";

describe.each(commands.map((command) => [command.name, command] as const))("loopway %s --help", (name, command) => {
  const { options, optionHelp, usage } = command;
  const documented = optionHelp.map(([flags]) => flags.split(" ")[0] ?? "").filter((flag) => flag.startsWith("-"));

  test("every option that it parses is documented once, and every documented one is parsed", () => {
    const parsed = Object.entries(options).map(([long, { short }]) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])]);
    const byOption = parsed.map((flags) => [flags[0], documented.filter((flag) => flags.includes(flag)).length]);
    expect(byOption).toEqual(parsed.map(([long]) => [long, 1]));
    expect(documented.filter((flag) => !parsed.flat().includes(flag))).toEqual([]);
  });

  test("an option with a value says what stands for it, a flag does not", () => {
    const wrong = optionHelp.filter(([flags]) => {
      const [flag = "", value] = flags.split(" ");
      const option = Object.entries(options).find(([long, { short }]) => flag === `--${long}` || flag === `-${short}`)?.[1];
      return option !== undefined && (value !== undefined) !== (option.type === "string");
    });
    expect(wrong).toEqual([]);
  });

  test("its parts come in the order of a manual page, with an example and the exit codes", () => {
    const help = formatHelp(command);
    const parts = ["Usage: ", "Arguments:", "Options:", "Exit codes:", "Examples:"].filter((part) => help.includes(`\n${part}`));
    expect(parts).toEqual(expect.arrayContaining(["Usage: ", "Options:", "Exit codes:", "Examples:"]));
    expect(help.split("\n").flatMap((line) => parts.find((part) => line.startsWith(part)) ?? [])).toEqual(parts);
    expect(help).toContain(`\nUsage: loopway ${name}${usage === "" ? "" : ` ${usage}`}\n`);
  });
});

test("one command's help, whole", () => {
  const command: Command = {
    name: "greet",
    summary: "say hello",
    usage: "NAME [--loud]",
    options: { loud: { type: "boolean" }, filename: { type: "string", short: "f" } },
    optionHelp: [
      ["NAME", "whom"],
      ["--loud", "in capitals"],
      ["-f FILE", "where to"],
    ],
    examples: [["loopway greet you", "hello"]],
    run: async () => 0,
  };
  expect(formatHelp(command)).toBe(`say hello

Usage: loopway greet NAME [--loud]

Arguments:
  NAME  whom

Options:
      --loud           in capitals
  -f, --filename FILE  where to
  -h, --help           show this

Exit codes:
  0  done
  1  it failed; standard error says why
  2  wrong usage, or a file that cannot be read

Examples:
  loopway greet you  # hello
`);
});

test("the overview names every command", () => {
  const rows = formatOverview(commands)
    .split("\n")
    .map((row) => row.replace(/ {2,}/g, "  "));
  for (const { name, summary } of commands) expect(rows).toContain(`  ${name}  ${summary}`);
});
