import { type Command, stateHelp, stateOption, stringOption } from "../command.ts";
import { parsePart } from "../part.ts";
import { stateDirOf } from "../run-file.ts";
import { runPart } from "../run-part.ts";

export const node: Command = {
  name: "node",
  summary: "run one node, its kube-proxy and its pods, beside others with the same state directory: one container each",
  usage: "NAME",
  options: { ...stateOption },
  optionHelp: [["NAME", "as `kubectl get nodes` shows it"], stateHelp],
  examples: [["loopway node ip-127-10-1-10.ec2.internal", "the node of the first availability zone; kill it, and the zone is lost"]],
  run: (arguments_) => runPart(stateDirOf(stringOption(arguments_, "state")), parsePart(["node", ...arguments_.positionals])),
};
