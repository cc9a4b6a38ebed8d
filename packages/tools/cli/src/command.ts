import type { ParseArgsOptionsConfig } from "node:util";

/** One subcommand. The registry in commands.ts is the table of contents of --help. */
export interface Command {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** After the name, as in "[-f DIR|FILE]...". */
  usage: string;
  options: ParseArgsOptionsConfig;
  /** What each option means, in the order shown. */
  optionHelp: ReadonlyArray<readonly [flags: string, meaning: string]>;
  examples: ReadonlyArray<readonly [command: string, meaning: string]>;
  /** Where they say more than {@link defaultExitCodes}. */
  exitCodes?: ReadonlyArray<readonly [code: string, meaning: string]>;
  /** The words that an option takes, by its long name; of the arguments, under "". */
  choices?: Readonly<Record<string, readonly string[]>>;
  /** Its arguments are another program's, but for its own long options. */
  wraps?: "curl" | "dig";
  /** Resolves to the exit code. Throws LoopwayError for what the user can mend. */
  run(arguments_: Arguments): Promise<number>;
}

const unusable = ["2", "wrong usage, or a file that cannot be read"] as const;
export const defaultExitCodes: NonNullable<Command["exitCodes"]> = [["0", "done"], ["1", "it failed; standard error says why"], unusable];

/** Of a command whose answer is its exit code. */
export function answerCodes(yes: string, no: string): NonNullable<Command["exitCodes"]> {
  return [["0", yes], ["1", no], unusable];
}

export interface Arguments {
  values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  positionals: readonly string[];
  /** Everything after the command's name, unparsed: what wraps a program passes it on. */
  raw: readonly string[];
}

export function stringOption({ values }: Arguments, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

export function listOption({ values }: Arguments, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function flag({ values }: Arguments, name: string): boolean {
  return values[name] === true;
}

export const stateOption = { state: { type: "string" } } as const;
export const stateHelp: readonly [string, string] = ["--state DIR", "state directory (default .loopway)"];
export const jsonOption = { json: { type: "boolean" } } as const;
export const jsonHelp: readonly [string, string] = ["--json", "answer in JSON"];
export const manifestOptions = {
  filename: { type: "string", short: "f", multiple: true },
  lenient: { type: "boolean" },
} as const;
export const manifestHelp: readonly (readonly [string, string])[] = [
  ["-f DIR|FILE|-", "manifests: a folder, a file, a pattern such as 'k8s/*.yaml' or standard input; may be repeated"],
  ["--lenient", "accept what only Loopway accepts, as `loopway up` does without --strict"],
];
