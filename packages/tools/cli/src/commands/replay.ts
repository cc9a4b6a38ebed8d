import { Replay, routesOf } from "@loopway/analysis";
import { LoopwayError } from "@loopway/model";
import { type Command, flag, jsonHelp, jsonOption, listOption } from "../command.ts";
import { describeReplay } from "../describe-replay.ts";
import { formatReplay } from "../format-replay.ts";
import { readManifests } from "../manifests.ts";
import { startProgress } from "../progress.ts";
import { logFiles, readLines } from "../read-logs.ts";
import { manifestHelp, manifestOptions, settleManifests } from "../settle-manifests.ts";
import { manifestsOf } from "./apply.ts";

export const replay: Command = {
  name: "replay",
  summary: "compare an ALB's access log with manifests: which requests get the rule they got in AWS, which would move",
  usage: "--log FILE|DIR -f DIR|FILE... [--new DIR|FILE...] [--json] [--lenient]",
  options: {
    ...manifestOptions,
    ...jsonOption,
    log: { type: "string", multiple: true },
    new: { type: "string", multiple: true },
  },
  optionHelp: [
    ["--log FILE|DIR", "access log, plain or .gz; of a folder all *.log and *.gz below it; may be repeated"],
    ...manifestHelp,
    ["--new DIR|FILE", "other manifests: also says which of the logged requests they would answer otherwise; may be repeated"],
    jsonHelp,
  ],
  examples: [
    ["aws s3 sync s3://my-logs/AWSLogs/… logs/", "an ALB writes its access log to a bucket, one file every five minutes"],
    ["loopway replay --log logs/ -f k8s/", "do the manifests say what AWS does? exit code 0 when every line agrees, 1 when one does not"],
    ["loopway replay --log logs/ -f main/ --new branch/", "which of yesterday's requests would this change move?"],
    ["loopway replay --log .loopway/access-logs -f k8s/ --lenient", "the log that Loopway's own load balancers write"],
  ],
  async run(arguments_) {
    const files = listOption(arguments_, "log").flatMap(logFiles);
    if (files.length === 0) throw new LoopwayError("E_USAGE", { message: "say which access log with --log FILE or DIR" });
    const before = settleManifests(manifestsOf(arguments_), arguments_);
    const newPaths = listOption(arguments_, "new");
    const after = newPaths.length === 0 ? undefined : settleManifests(readManifests(newPaths), arguments_);
    const replayed = new Replay({
      routes: routesOf(before.settled),
      ...(after !== undefined && { newRoutes: routesOf(after.settled) }),
    });
    await readAll(replayed, files);
    const report = replayed.report();
    const description = describeReplay(report, { lineOf: before.lineOf, newLineOf: after?.lineOf ?? before.lineOf });
    process.stdout.write(flag(arguments_, "json") ? `${JSON.stringify(description, null, 2)}\n` : formatReplay(description, files.length));
    // Nothing compared is nothing proven.
    return description.decidable > 0 && description.predicted === description.decidable ? 0 : 1;
  },
};

async function readAll(replayed: Replay, files: readonly string[]): Promise<void> {
  const progress = startProgress(files);
  for (const file of files) {
    replayed.startFile(file);
    await readLines(
      file,
      (line) => replayed.add(line),
      (bytes) => progress.read(bytes),
    );
  }
  progress.end();
}
