import { readdirSync } from "node:fs";
import { type Address, LoopwayError } from "@loopway/model";
import type { ProcessStatus } from "@loopway/supervisor";
import { askSocket } from "./connection.ts";
import type { RunFile } from "./run-file.ts";

/** Where the forward proxy wants to be; another port is said in its bindings. */
const PROXY: Address = { address: "127.0.0.1", port: 3128 };

export type RunningProcess = Omit<ProcessStatus, "kind"> & { kind: ProcessStatus["kind"] | "supervisor" };

/** Every process of the instance, the supervisor first, and where the forward proxy listens. */
export async function readProcesses(runFile: RunFile): Promise<{ processes: RunningProcess[]; proxy: Address }> {
  const answers = await Promise.all(supervisorSockets(runFile).map((name) => readSupervised(runFile, name)));
  const processes = answers.flat();
  const client = processes.find(({ kind }) => kind === "client");
  if (client === undefined) throw new LoopwayError("E_STATE", { state: runFile.stateDir, reason: "the forward proxy is not running" });
  const supervisor: RunningProcess = {
    kind: "supervisor",
    name: "supervisor",
    pid: runFile.pid,
    state: "ready",
    restarts: 0,
    since: runFile.startedAt,
    bindings: [],
  };
  return { processes: [supervisor, ...processes], proxy: client.bindings[0]?.bound ?? PROXY };
}

/** The owner's first; more than one where `loopway hop` and `loopway node` run the parts. */
function supervisorSockets({ runDir }: RunFile): string[] {
  const others = readdirSync(runDir).filter((name) => /^supervisor-.*\.sock$/.test(name));
  return ["supervisor.sock", ...others.sort()];
}

/** A supervisor that was killed leaves its socket, and no process. */
async function readSupervised(runFile: RunFile, socketName: string): Promise<ProcessStatus[]> {
  const asked = askSocket<{ processes: ProcessStatus[] }>(runFile, socketName, "/processes").then(({ processes }) => processes);
  return socketName === "supervisor.sock" ? asked : asked.catch(() => []);
}
