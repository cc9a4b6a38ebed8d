import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LoopwayError } from "@loopway/model";
import { ownsState, type Part, partName } from "./part.ts";

/** Where everything of one instance lies on disk. */
export interface Layout {
  stateDir: string;
  /** Sockets: mode 0700, removed at the end. */
  runDir: string;
  logsDir: string;
  apiSocket: string;
  collectorSocket: string;
  supervisorSocket: string;
}

/** sun_path holds 108 bytes on Linux, 104 on macOS, the final zero included. */
const MAX_SOCKET_PATH = 100;

/** The owner's is where a command asks first; the other supervisors of the state directory stand beside it. */
export function supervisorSocketName(part?: Part): string {
  return part === undefined || ownsState(part) ? "supervisor.sock" : `supervisor-${partName(part)}.sock`;
}

/**
 * Creates the folders. Sockets move to a fresh folder below the system's temporary one when the state directory's path is too long; where several
 * supervisors share it that is E_STATE, as the others would not find them.
 */
export function prepareLayout(stateDir: string, part?: Part): Layout {
  const own = join(stateDir, "run");
  const socketName = supervisorSocketName(part);
  const fits = Buffer.byteLength(join(own, socketName)) <= MAX_SOCKET_PATH;
  if (!fits && part !== undefined) throw new LoopwayError("E_STATE", { state: stateDir, reason: "its path is too long for sockets in it" });
  const runDir = fits ? own : mkdtempSync(join(tmpdir(), "loopway-"));
  const logsDir = join(stateDir, "logs");
  for (const folder of [stateDir, runDir, logsDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    stateDir,
    runDir,
    logsDir,
    apiSocket: join(runDir, "api.sock"),
    collectorSocket: join(runDir, "collector.sock"),
    supervisorSocket: join(runDir, socketName),
  };
}
