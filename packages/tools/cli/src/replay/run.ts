import { Replay, routesOf } from "@loopway/analysis";
import { LoopwayError } from "@loopway/model";
import { type Arguments, flag, listOption } from "../command.ts";
import { settleManifests } from "../settle-manifests.ts";
import { describeReplay } from "./describe-replay.ts";
import { formatReplay } from "./format-replay.ts";
import { startProgress } from "./progress.ts";
import { logFiles, readLines } from "./read-logs.ts";

export async function run(arguments_: Arguments): Promise<number> {
  const files = listOption(arguments_, "log").flatMap(logFiles);
  if (files.length === 0) throw new LoopwayError("E_USAGE", { message: "say which access log with --log FILE or DIR" });
  const before = await settleManifests(listOption(arguments_, "filename"), arguments_);
  const newPaths = listOption(arguments_, "new");
  const after = newPaths.length === 0 ? undefined : await settleManifests(newPaths, arguments_);
  const replay = new Replay({
    routes: routesOf(before.settled),
    ...(after !== undefined && { newRoutes: routesOf(after.settled) }),
  });
  await readAll(replay, files);
  const report = describeReplay(replay.report(), { lineOf: before.lineOf, newLineOf: after?.lineOf ?? before.lineOf });
  process.stdout.write(flag(arguments_, "json") ? `${JSON.stringify(report, null, 2)}\n` : formatReplay(report, files.length));
  // Nothing compared is nothing proven.
  return report.decidable > 0 && report.predicted === report.decidable ? 0 : 1;
}

async function readAll(replay: Replay, files: readonly string[]): Promise<void> {
  const progress = startProgress(files);
  for (const file of files) {
    replay.startFile(file);
    await readLines(file, { onLine: (line) => replay.add(line), onRead: (bytes) => progress.read(bytes) });
  }
  progress.end();
}
