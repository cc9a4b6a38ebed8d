import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "../process/until.ts";
import { type Api, openApi } from "./api.ts";

const command = fileURLToPath(new URL("../../../scripts/loopway", import.meta.url));
const run = promisify(execFile);

/** `scripts/loopway up` in the foreground: it and all its descendants are the instance. */
export interface World {
  pid: number;
  stateDir: string;
  /** When the command was started, on the clock of performance.now. */
  startedMs: number;
  /** Resolves when it has said that it is ready. */
  ready: Promise<Ready>;
  stop(): Promise<void>;
}

interface Ready {
  /** Milliseconds since the command was started. */
  afterMs: number;
  /** "http://127.0.0.1:3128", wherever the forward proxy ended up. */
  proxy: string;
}

export interface WorldOptions {
  stateDir: string;
  instance: number;
  /** Manifests instead of the example. */
  files?: readonly string[];
  /** In place of our load balancer and name server. */
  engine?: "reference";
}

export function startWorld({ stateDir, instance, files = [], engine }: WorldOptions): World {
  const startedMs = performance.now();
  const args = [
    "up",
    "--state",
    stateDir,
    "--instance",
    String(instance),
    ...(engine === undefined ? [] : ["--engine", engine]),
    ...files.flatMap((file) => ["-f", file]),
  ];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  // However the bench ends, this ends too.
  const kill = () => child.kill("SIGTERM");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  return {
    pid: child.pid ?? 0,
    stateDir,
    startedMs,
    ready: proxyOf(child).then((proxy) => ({ afterMs: performance.now() - startedMs, proxy })),
    stop: async () => {
      kill();
      await exited;
    },
  };
}

/** What it prints when it is ready names the forward proxy. Rejects with everything it said on standard error when it ends instead. */
function proxyOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [output, errors] = ["", ""];
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      errors += text;
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const proxy = /^ *proxy +(\S+)$/m.exec(output)?.[1];
      if (proxy !== undefined) resolve(proxy);
    });
    child.on("exit", (code, signal) => reject(new Error(`loopway up ended with ${signal ?? code}\n${errors}`)));
  });
}

export function apiOf({ stateDir }: World): Api {
  const { runDir } = JSON.parse(readFileSync(join(stateDir, "loopway.json"), "utf8")) as { runDir: string };
  return openApi(join(runDir, "api.sock"));
}

interface WorldProcess {
  kind: string;
  name: string;
  pid?: number;
  state: string;
}

/** What `loopway status` says. */
async function processesOf({ stateDir }: World): Promise<WorldProcess[]> {
  const { stdout } = await run(command, ["status", "--json", "--state", stateDir]);
  return (JSON.parse(stdout) as { processes: WorldProcess[] }).processes;
}

/** The processes of a kind, all of which serve. */
export async function pidsOf(world: World, kind: string): Promise<number[]> {
  return (await processesOf(world)).filter((process) => process.kind === kind).flatMap(({ pid }) => pid ?? []);
}

/** Of a host: its load balancer, and where that is really bound, as `loopway env` says. */
export async function endpointOf({ stateDir }: World, host: string): Promise<{ loadBalancer: string; address: string; port: number }> {
  const { stdout } = await run(command, ["env", "--json", "--state", stateDir]);
  const { hosts } = JSON.parse(stdout) as { hosts: { host: string; loadBalancer: string; addresses: string[] }[] };
  const endpoint = hosts.find((each) => each.host === host);
  const [address = "", port = ""] = endpoint?.addresses[0]?.split(":") ?? [];
  return { loadBalancer: endpoint?.loadBalancer ?? "", address, port: Number(port) };
}

/** The process of a load balancer, once it serves; another one than before, after that one was killed. */
export function albPid(world: World, name: string, before?: number): Promise<number> {
  return pidOf(world, (process) => process.kind === "alb" && process.name === name, before);
}

/** The one process that is meant, once it serves. */
export function pidOf(world: World, isMeant: (process: Pick<WorldProcess, "kind" | "name">) => boolean, before?: number): Promise<number> {
  return until(async () => {
    const found = (await processesOf(world)).find(isMeant);
    return found?.state === "ready" && found.pid !== before ? found.pid : undefined;
  });
}
