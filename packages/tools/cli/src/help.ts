import type { Command } from "./command.ts";

const introduction = `loopway runs the whole AWS + Kubernetes traffic path on this machine: manifests in, a real process for every hop.

Usage: loopway COMMAND [OPTION]...

`;

export function formatOverview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${introduction}${rows.join("\n")}\n\nStart with: loopway up        One command's options: loopway COMMAND --help\n`;
}

export function formatHelp(command: Command): string {
  const width = Math.max(...command.optionHelp.map(([flags]) => flags.length), 0);
  const options = command.optionHelp.map(([flags, meaning]) => `  ${flags.padEnd(width)}  ${meaning}`);
  const exampleWidth = Math.max(...command.examples.map(([line]) => line.length), 0);
  const examples = command.examples.map(([line, meaning]) => `  ${line.padEnd(exampleWidth)}  # ${meaning}`);
  return [
    `${command.summary}`,
    "",
    `Usage: loopway ${command.name} ${command.usage}`,
    ...(options.length > 0 ? ["", "Options:", ...options] : []),
    ...(examples.length > 0 ? ["", "Examples:", ...examples] : []),
    "",
  ].join("\n");
}
