import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LoopwayError } from "@loopway/model";
import { type Command, flag, stateHelp, stateOption, stringOption } from "../command.ts";
import { isInstalled } from "../resolving/machine.ts";
import { trustSteps, untrustSteps } from "../resolving/trust-steps.ts";
import { readRunFile, stateDirOf } from "../run-file.ts";

export const trust: Command = {
  name: "trust",
  summary: "make this machine's programs trust the local CA, or no longer",
  usage: "[--yes] [--undo]",
  options: { ...stateOption, yes: { type: "boolean" }, undo: { type: "boolean" } },
  optionHelp: [["--yes", "run the commands; without it they are only printed"], ["--undo", "take the CA back"], stateHelp],
  examples: [
    ["loopway trust", "what would be run; nothing is changed"],
    ["loopway trust --undo --yes", "as it was before"],
  ],
  run: async (arguments_) => {
    const { instance, stateDir } = readRunFile(stateDirOf(stringOption(arguments_, "state")));
    const nssFolder = join(homedir(), ".pki", "nssdb");
    const options = {
      platform: process.platform,
      isRoot: process.getuid?.() === 0,
      caFile: join(stateDir, "ca.crt"),
      name: `loopway-${instance}`,
      nssFolder: isInstalled("certutil") && existsSync(nssFolder) ? nssFolder : undefined,
    };
    const steps = flag(arguments_, "undo") ? untrustSteps(options) : trustSteps(options);
    if (steps === undefined)
      throw new LoopwayError("E_USAGE", {
        message: `no way of trusting a CA is known on ${process.platform}; import ${options.caFile} by hand`,
      });
    for (const { what, command } of steps) {
      console.log(`# ${what}\n${command.join(" ")}`);
      if (!flag(arguments_, "yes")) continue;
      const [program = "", ...rest] = command;
      const { status, error } = spawnSync(program, rest, { stdio: "inherit" });
      if (status === 0) continue;
      console.error(`it failed: ${error?.message ?? `exit code ${status}`}`);
      return 1;
    }
    if (!flag(arguments_, "yes")) console.log("# nothing was changed; --yes runs these commands");
    return 0;
  },
};
