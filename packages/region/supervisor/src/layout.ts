import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
const LONGEST_SOCKET_NAME = "supervisor.sock";

/** Creates the folders. Sockets move to a fresh folder below the system's temporary one when the state directory's path is too long. */
export function prepareLayout(stateDir: string): Layout {
  const own = join(stateDir, "run");
  const fits = Buffer.byteLength(join(own, LONGEST_SOCKET_NAME)) <= MAX_SOCKET_PATH;
  const runDir = fits ? own : mkdtempSync(join(tmpdir(), "loopway-"));
  const logsDir = join(stateDir, "logs");
  for (const folder of [stateDir, runDir, logsDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    stateDir,
    runDir,
    logsDir,
    apiSocket: join(runDir, "api.sock"),
    collectorSocket: join(runDir, "collector.sock"),
    supervisorSocket: join(runDir, LONGEST_SOCKET_NAME),
  };
}
