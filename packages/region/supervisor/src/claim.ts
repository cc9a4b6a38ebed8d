import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isAlive } from "@loopway/hop-kit";
import { LoopwayError } from "@loopway/model";

/** What a claim file says. */
interface Holder {
  pid: number;
  stateDir: string;
}

/** Gives a claim back. */
export type Release = () => void;

/** The state directory, created when absent, is ours, or the part of this name in it; else E_ALREADY_RUNNING, or E_STATE when it cannot be used. */
export function claimStateDir(stateDir: string, partName?: string): Release {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    const file = partName === undefined ? "supervisor.lock" : `supervisor-${partName}.lock`;
    return claim(join(stateDir, file), stateDir, ({ pid }) => new LoopwayError("E_ALREADY_RUNNING", { state: stateDir, pid }));
  } catch (error) {
    if (error instanceof LoopwayError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoopwayError("E_STATE", { state: stateDir, reason }, { cause: error });
  }
}

/** The instance's address blocks are ours among this user's Loopways on this machine, or E_INSTANCE_TAKEN. */
export function claimInstance(instance: number, stateDir: string): Release {
  const folder = join(tmpdir(), `loopway-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return claim(
    join(folder, `instance-${instance}.json`),
    stateDir,
    (other) => new LoopwayError("E_INSTANCE_TAKEN", { instance, pid: other.pid, state: other.stateDir }),
  );
}

/** Creates the file exclusively; one left by a dead process is replaced silently. */
function claim(path: string, stateDir: string, taken: (other: Holder) => LoopwayError): Release {
  const holder: Holder = { pid: process.pid, stateDir };
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
      return () => {
        if (readHolder(path)?.pid === holder.pid) rmSync(path, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const other = readHolder(path);
    if (other !== undefined && isSupervisor(other.pid)) throw taken(other);
    rmSync(path, { force: true });
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** Whether this pid is a Loopway's supervisor. Pids come round again: on Linux the command line decides, elsewhere the pid alone. */
function isSupervisor(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("supervisor");
  } catch {
    return process.platform !== "linux";
  }
}
