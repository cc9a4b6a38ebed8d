import type { Command } from "./command.ts";

/** An option as help and completion show it. */
export interface DocumentedOption {
  /** "--filename" */
  long: string;
  /** "-f" */
  short?: string;
  /** What stands for its value, "DIR|FILE"; absent for a flag. */
  value?: string;
  meaning: string;
}

const helpOption: DocumentedOption = { long: "--help", short: "-h", meaning: "show this" };

/** Every option of a command, in the order of its help. One without a row there has no place in it: a test holds the two together. */
export function documentedOptions({ options, optionHelp }: Command): DocumentedOption[] {
  const own = optionHelp.flatMap(([flags, meaning]) => {
    const [flag = "", ...value] = flags.split(" ");
    const found = Object.entries(options).find(([name, { short }]) => flag === `--${name}` || flag === `-${short}`);
    if (found === undefined) return [];
    const [name, { short, type }] = found;
    return {
      long: `--${name}`,
      ...(short === undefined ? {} : { short: `-${short}` }),
      ...(type === "string" ? { value: value.join(" ") } : {}),
      meaning,
    };
  });
  return [...own, helpOption];
}
