import { answerCodes, type Command, jsonHelp, jsonOption, manifestHelp, manifestOptions } from "../command.ts";
import { controllerHelp, controllerOptions } from "../controller-options.ts";

export const replay: Command = {
  name: "replay",
  summary: "compare an ALB's access log with manifests: which requests get the rule they got in AWS, which would move",
  usage: "--log FILE|DIR -f DIR|FILE... [--new DIR|FILE...] [--json] [--lenient]",
  options: {
    ...manifestOptions,
    ...controllerOptions,
    ...jsonOption,
    log: { type: "string", multiple: true },
    new: { type: "string", multiple: true },
  },
  optionHelp: [
    ["--log FILE|DIR", "access log, plain or .gz; of a folder all *.log and *.gz below it; may be repeated"],
    ...manifestHelp,
    ...controllerHelp,
    ["--new DIR|FILE", "other manifests: also says which of the logged requests they would answer otherwise; may be repeated"],
    jsonHelp,
  ],
  exitCodes: answerCodes("every line that can be decided agrees", "one does not"),
  examples: [
    ["aws s3 sync s3://my-logs/AWSLogs/… logs/", "an ALB writes its access log to a bucket, one file every five minutes"],
    ["loopway replay --log logs/ -f k8s/", "do the manifests say what AWS does? exit code 0 when every line agrees, 1 when one does not"],
    ["loopway replay --log logs/ -f main/ --new branch/", "which of yesterday's requests would this change move?"],
    ["loopway replay --log .loopway/access-logs -f k8s/ --lenient", "the log that Loopway's own load balancers write"],
  ],
  // Loaded when it is asked for: the controllers are half of this program.
  run: async (arguments_) => (await import("../replay/run.ts")).run(arguments_),
};
