import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "@loopway/hop-kit";
import { LoopwayError } from "@loopway/model";
import { type Command, stateHelp, stateOption, stringOption } from "../command.ts";
import { readRunFile, stateDirOf } from "../run-file.ts";

/** The supervisor ends within 3 s; after this it is killed, and its children end with it. */
const GRACE_MS = 10_000;
const POLL_MS = 20;

export const down: Command = {
  name: "down",
  summary: "stop every process of a Loopway; its objects stay in the state directory",
  usage: "",
  options: { ...stateOption },
  optionHelp: [stateHelp],
  examples: [["loopway down", "stop what `loopway up -d` started here"]],
  run: async (arguments_) => {
    const { pid, stateDir } = readRunFile(stateDirOf(stringOption(arguments_, "state")));
    process.kill(pid, "SIGTERM");
    const deadline = performance.now() + GRACE_MS;
    while (isAlive(pid)) {
      if (performance.now() > deadline) {
        process.kill(pid, "SIGKILL");
        throw new LoopwayError("E_TIMEOUT", { seconds: GRACE_MS / 1000, reason: `supervisor (pid ${pid}) did not stop and was killed` });
      }
      await delay(POLL_MS);
    }
    console.log(`stopped (state directory ${stateDir})`);
    return 0;
  },
};
