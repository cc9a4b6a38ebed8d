import { LoopwayError } from "@loopway/model";
import type { Arguments } from "../command.ts";
import { commands } from "../commands.ts";
import { formatCompletion, isShell } from "./format-completion.ts";

export async function run({ positionals: [shell = "", ...others] }: Arguments): Promise<number> {
  if (!isShell(shell) || others.length > 0)
    throw new LoopwayError("E_USAGE", { message: `say which shell: ${Object.keys(formatCompletion).join(", ")}` });
  process.stdout.write(formatCompletion[shell](commands));
  return 0;
}
