import { type Command, defaultExitCodes } from "./command.ts";
import { documentedOptions } from "./documented-options.ts";

const introduction = `loopway runs the whole AWS + Kubernetes traffic path on this machine: manifests in, a real process for every hop.

Usage: loopway COMMAND [OPTION]...

`;

export function formatOverview(commands: readonly Command[]): string {
  const rows = formatRows(commands.map(({ name, summary }) => [name, summary]));
  return `${introduction}${rows.join("\n")}\n\nStart with: loopway up        One command's options: loopway COMMAND --help\n`;
}

/** In the order of a manual page: what it does, synopsis, arguments, options, exit codes, examples. */
export function formatHelp(command: Command): string {
  const options = documentedOptions(command).map(({ long, short, value, meaning }): readonly [string, string] => {
    const flags = `${short === undefined ? "    " : `${short}, `}${long}`;
    return [value === undefined ? flags : `${flags} ${value}`, meaning];
  });
  const others = command.optionHelp.filter(([flags]) => !flags.startsWith("-"));
  const exampleWidth = Math.max(...command.examples.map(([line]) => line.length), 0);
  const examples = command.examples.map(([line, meaning]) => `  ${line.padEnd(exampleWidth)}  # ${meaning}`);
  return [
    command.summary,
    "",
    `Usage: loopway ${command.name} ${command.usage}`.trimEnd(),
    ...section("Arguments", formatRows(others)),
    ...section("Options", formatRows(options)),
    ...section("Exit codes", formatRows(command.exitCodes ?? defaultExitCodes)),
    ...section("Examples", examples),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function formatRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length), 0);
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
