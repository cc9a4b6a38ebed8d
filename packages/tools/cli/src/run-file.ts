import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isAlive } from "@loopway/hop-kit";
import { LoopwayError } from "@loopway/model";
import type { RunRecord } from "@loopway/supervisor";

export type RunFile = RunRecord;

export function stateDirOf(option: string | undefined): string {
  return resolve(option ?? process.env.LOOPWAY_STATE ?? ".loopway");
}

/** The folder of the bundles: where this command itself stands; npm leaves a link to it in node_modules/.bin. */
export function bundlesFolder(): string {
  return dirname(realpathSync(process.argv[1] ?? ""));
}

/** What runs with this state directory. Throws E_NOT_RUNNING, or E_STATE when the file cannot be read. */
export function readRunFile(stateDir: string): RunFile {
  const path = join(stateDir, "loopway.json");
  if (!existsSync(path)) throw new LoopwayError("E_NOT_RUNNING", { state: stateDir });
  let file: RunFile;
  try {
    file = JSON.parse(readFileSync(path, "utf8")) as RunFile;
  } catch (error) {
    throw new LoopwayError("E_STATE", { state: stateDir, reason: `loopway.json: ${String(error)}` }, { cause: error });
  }
  if (!isAlive(file.pid)) throw new LoopwayError("E_NOT_RUNNING", { state: stateDir });
  return file;
}
