// The process of a pod with `loopway.dev/exec`: started by a shell in a process group of its own, with the pod's log as its output.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { constants } from "node:os";
import type { Address, Pod } from "@loopway/model";

export interface OwnProcess {
  /** Where it is asked to listen: PORT in its environment. */
  dial: Address;
  /** SIGTERM to the whole group. Resolves when the process has ended; SIGKILL comes with our own end, whatever that is. */
  end(): Promise<void>;
}

export interface OwnProcessOptions {
  pod: Pod;
  command: string;
  /** Kubernetes' service variables. */
  environment: Readonly<Record<string, string>>;
  /** It ended by itself, with a code as a shell would tell it. */
  onExit(code: number): void;
}

export async function startOwnProcess({ pod, command, environment, onExit }: OwnProcessOptions): Promise<OwnProcess> {
  const port = await freePort();
  const { LOOPWAY_PROCESS: _, ...inherited } = process.env;
  const own = Object.fromEntries((pod.spec.containers[0]?.env ?? []).map(({ name, value = "" }) => [name, value]));
  const env = { ...inherited, HOSTNAME: pod.metadata.name, ...environment, ...own, PORT: String(port) };
  const child = spawn("sh", ["-c", command], { env, detached: true, stdio: ["ignore", "inherit", "inherit"] });
  let isEnding = false;
  const ended = once(child, "exit");
  child.on("exit", (code, signal) => {
    if (!isEnding) onExit(code ?? 128 + constants.signals[signal ?? "SIGKILL"]);
  });
  killWithUs(child);
  return {
    dial: { address: "127.0.0.1", port },
    async end() {
      isEnding = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      signalGroup(child, "SIGTERM");
      await ended;
    },
  };
}

/** Nobody can act on its own SIGKILL: a watcher outside the group reads a pipe that closes when we are gone, and kills what is left of the group. */
function killWithUs({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  const watcher = spawn("sh", ["-c", `cat >/dev/null; kill -s KILL -- -${pid} 2>/dev/null`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.unref();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Free at this moment. Where somebody else takes it meanwhile, the program cannot listen and ends, and its next life has another. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
