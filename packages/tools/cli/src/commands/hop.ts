import { LoopwayError } from "@loopway/model";
import { becomeSupervisor } from "../become-supervisor.ts";
import { type Command, stateOption, stringOption } from "../command.ts";
import { readSecondHalf } from "../companion.ts";
import { parsePart } from "../part.ts";
import { readRunFile, stateDirOf } from "../run-file.ts";
import { applyForParts, forgetApplied, runPart } from "../run-part.ts";
import { desiredObjects, supervisorConfig, up } from "./up.ts";

/** A container is in the foreground, and its files are those of its start. */
const { detach: _detach, watch: _watch, ...controlPlaneOptions } = up.options;
const controlPlaneHelp = up.optionHelp.filter(([flags]) => !/^(-d|--watch)\b/.test(flags));

export const hop: Command = {
  name: "hop",
  summary: "run the processes of one kind, beside others with the same state directory: one container each",
  usage: "KIND [NAME] [OPTION OF up]...",
  options: { ...controlPlaneOptions, ...stateOption },
  optionHelp: [
    ["KIND", "control-plane, collector, route53, client, alb, kube-proxy or edge; with NAME only that one of them"],
    ["OPTION OF up", "of control-plane: those below; the others follow it"],
    ...controlPlaneHelp,
  ],
  examples: [
    ["loopway hop control-plane -f k8s/ --zone zones/", "the API and the controllers; the objects are applied when it serves"],
    ["loopway hop alb", "every application load balancer"],
    ["loopway hop kube-proxy services", "the ClusterIPs"],
    ["loopway hop edge", "what arrives at this machine's outer addresses goes to 127.0.0.1: in a container only"],
  ],
  run: async (arguments_) => {
    const part = parsePart(["hop", ...arguments_.positionals]);
    if ("hop" in part && part.hop === "control-plane") {
      const config = supervisorConfig(arguments_);
      const secondHalf = readSecondHalf();
      if (secondHalf !== undefined) {
        await applyForParts(readRunFile(config.stateDir), secondHalf.objects);
        return 0;
      }
      const objects = desiredObjects(arguments_);
      forgetApplied(config.stateDir);
      return becomeSupervisor({ ...config, part }, { words: ["hop", ...arguments_.raw], objects, stays: false });
    }
    const [foreign] = Object.keys(arguments_.values).filter((name) => name !== "state");
    if (foreign !== undefined)
      throw new LoopwayError("E_USAGE", { message: `--${foreign} is for the control plane; the others follow it` });
    return runPart(stateDirOf(stringOption(arguments_, "state")), part);
  },
};
