import { join } from "node:path";
import type { ProcessStatus } from "@loopway/supervisor";
import { supervisorSocketName } from "@loopway/supervisor";
import { type Arguments, type Command, stateHelp, stateOption, stringOption } from "../command.ts";
import { askSocket, withConnection } from "../connection.ts";
import { parsePart } from "../part.ts";
import { stateDirOf } from "../run-file.ts";
import { isApplied } from "../run-part.ts";
import { notServing, readMissing } from "../wait-until-serving.ts";

export const ready: Command = {
  name: "ready",
  summary: "exit with 0 when all that was asked for serves, else say what is missing: for health checks",
  usage: "[hop KIND [NAME] | node NAME]",
  options: { ...stateOption },
  optionHelp: [["hop, node", "only whether the processes that this `loopway hop` or `loopway node` runs serve"], stateHelp],
  examples: [["loopway ready node ip-127-10-1-10.ec2.internal", "the health check of a node's container"]],
  run: async (arguments_) => {
    const missing = arguments_.positionals.length > 0 ? await missingInPart(arguments_) : await missingInAll(arguments_);
    for (const line of missing) console.error(line);
    return missing.length === 0 ? 0 : 1;
  },
};

async function missingInPart(arguments_: Arguments): Promise<string[]> {
  const stateDir = stateDirOf(stringOption(arguments_, "state"));
  const socketName = supervisorSocketName(parsePart(arguments_.positionals));
  const place = { stateDir, runDir: join(stateDir, "run") };
  return notServing((await askSocket<{ processes: ProcessStatus[] }>(place, socketName, "/processes")).processes);
}

function missingInAll(arguments_: Arguments): Promise<string[]> {
  return withConnection(arguments_, async ({ runFile, api }) => {
    if (runFile.part !== undefined && !isApplied(runFile.stateDir)) return ["the control plane has not been given its objects yet"];
    return readMissing(api, runFile);
  });
}
