// The registry of commands → a script for each shell. Words that begin with a dash are options; where a command names its choices these
// are offered; everywhere else files are.
import type { Command } from "../command.ts";
import { type DocumentedOption, documentedOptions } from "../documented-options.ts";

type Format = (commands: readonly Command[]) => string;

export const formatCompletion = { bash: formatBash, zsh: formatZsh, fish: formatFish } as const satisfies Record<string, Format>;

export function isShell(name: string): name is keyof typeof formatCompletion {
  return Object.hasOwn(formatCompletion, name);
}

function flagsOf({ long, short }: DocumentedOption): string[] {
  return short === undefined ? [long] : [long, short];
}

/** `case` branches by "command previous-word": what may follow. Choices of the command's arguments come last, as whatever else stands before. */
function choiceBranches(commands: readonly Command[], offer: (choices: readonly string[]) => string): string[] {
  return commands.flatMap((command) =>
    Object.entries(command.choices ?? {}).map(([option, choices]) => {
      const before = flagsOfChoice(command, option).map((flag) => `"${command.name} ${flag}"`);
      return `    ${before.length > 0 ? before.join("|") : `"${command.name} "*`}) ${offer(choices)} ;;`;
    }),
  );
}

function flagsOfChoice(command: Command, option: string): string[] {
  return documentedOptions(command)
    .filter(({ long }) => long === `--${option}`)
    .flatMap(flagsOf);
}

function formatBash(commands: readonly Command[]): string {
  return `# bash completion of loopway
_loopway() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=
  if ((COMP_CWORD == 1)); then
    words="${commands.map(({ name }) => name).join(" ")}"
  elif [[ $word == -* ]]; then
    case $command in
${commands.map((command) => `    ${command.name}) words="${documentedOptions(command).flatMap(flagsOf).join(" ")}" ;;`).join("\n")}
    esac
  else
    case "$command $before" in
${choiceBranches(commands, (choices) => `words="${choices.join(" ")}"`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _loopway loopway
`;
}

function formatZsh(commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const described = (word: string, meaning: string) => quoted(`${word}:${meaning}`);
  const optionsOf = (command: Command) =>
    documentedOptions(command).flatMap((option) => flagsOf(option).map((flag) => described(flag, option.meaning)));
  return `#compdef loopway
_loopway() {
  local -a words_of_kind
  if (( CURRENT == 2 )); then
    words_of_kind=(${commands.map(({ name, summary }) => described(name, summary)).join(" ")})
    _describe command words_of_kind
  elif [[ $PREFIX == -* ]]; then
    case $words[2] in
${commands.map((command) => `    ${command.name}) words_of_kind=(${optionsOf(command).join(" ")}) ;;`).join("\n")}
    esac
    _describe -o option words_of_kind
  else
    case "$words[2] $words[CURRENT-1]" in
${choiceBranches(commands, (choices) => `compadd ${choices.join(" ")}`).join("\n")}
    *) _files ;;
    esac
  fi
}
if [[ $funcstack[1] == _loopway ]]; then _loopway "$@"; else compdef _loopway loopway; fi
`;
}

function formatFish(commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const lines = commands.flatMap((command) => {
    const when = `complete -c loopway -n '__fish_seen_subcommand_from ${command.name}'`;
    const options = documentedOptions(command).map(({ long, short, value, meaning }) => {
      const choices = command.choices?.[long.slice(2)];
      const takes = choices !== undefined ? ` -x -a ${quoted(choices.join(" "))}` : value !== undefined ? " -r" : "";
      return `${when} -l ${long.slice(2)}${short === undefined ? "" : ` -s ${short.slice(1)}`}${takes} -d ${quoted(meaning)}`;
    });
    const choices = command.choices?.[""];
    return [
      `complete -c loopway -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
      ...(choices === undefined ? [] : [`${when} -f -a ${quoted(choices.join(" "))}`]),
      ...options,
    ];
  });
  return `# fish completion of loopway\n${lines.join("\n")}\n`;
}
