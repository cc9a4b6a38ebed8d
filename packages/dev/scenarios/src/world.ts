import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const workspace = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");

/** The three ways a machine lets us bind: everything (root), not below 1024 (an ordinary user), nothing but 127.0.0.1 (macOS; `--addresses mapped`). */
export type WorldKind = "identity" | "unprivileged" | "mapped";

export interface WorldOptions {
  kind?: WorldKind;
  /** Manifests and zone files, relative to the workspace; the example when absent. */
  files?: readonly string[];
  zones?: readonly string[];
  strict?: boolean;
  /** Load balancers and name server: ours (default), or those of dev/reference-hops. */
  engine?: "own" | "reference";
  /** Further arguments of `loopway up`. */
  args?: readonly string[];
  /** A number of its own instead of a free one. */
  instance?: number;
}

interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A running Loopway of its own: state directory, instance number, processes. */
export interface World {
  kind: WorldKind;
  instance: number;
  stateDir: string;
  /** "http://127.0.0.1:3128", wherever the forward proxy ended up. */
  proxy: string;
  kubeconfig: string;
  /** What `up` printed when it was ready. */
  said: string;
  /** `loopway ...ARGS --state <this world's>` as the user of this world. */
  loopway(args: readonly string[], input?: string): Promise<CommandResult>;
  stop(): Promise<void>;
}

const EXIT_TAKEN = 3;
/** Instances are claimed per user: worlds of different users must not try the same numbers. 0 is left to people, 8 to 11 to tests that name them, 24 to the smoke. */
const instances: Readonly<Record<WorldKind, readonly number[]>> = {
  identity: [1, 2, 3, 4, 5, 6, 7],
  unprivileged: [12, 13, 14, 15, 16, 17],
  mapped: [18, 19, 20, 21, 22, 23],
};
const NOBODY = 65_534;

/** Starts a world on a free instance number and resolves when it is ready. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const kind = options.kind ?? "identity";
  const home = prepareHome(kind);
  for (const instance of options.instance === undefined ? instances[kind] : [options.instance]) {
    const world = createWorld(kind, home, instance);
    const result = await world.loopway(["up", "-d", ...upArguments(options, instance, home.root)]);
    if (result.code === 0) return { ...world, said: result.stdout, proxy: (await endpointsOf(world)).proxy };
    if (result.code !== EXIT_TAKEN) {
      await world.stop();
      throw new Error(`loopway up failed (exit ${result.code}):\n${result.stderr}${result.stdout}`);
    }
  }
  throw new Error("every instance number is taken");
}

/** A world whose processes the test starts itself; its state directory is in the folder. */
export function worldOf({ instance, folder }: { instance: number; folder: string }): World {
  return createWorld("identity", { root: workspace, stateDir: join(folder, "state"), remove: [folder] }, instance);
}

interface Home {
  root: string;
  stateDir: string;
  remove: readonly string[];
}

/** An ordinary user may not be able to read the checkout: it gets a copy of what runs. */
function prepareHome(kind: WorldKind): Home {
  const folder = mkdtempSync(join(tmpdir(), "loopway-"));
  if (kind !== "unprivileged") return { root: workspace, stateDir: join(folder, "state"), remove: [folder] };
  chmodSync(folder, 0o777);
  for (const name of ["dist", "fixtures"]) cpSync(join(workspace, name), join(folder, name), { recursive: true });
  cpSync(process.execPath, join(folder, "node"));
  return { root: folder, stateDir: join(folder, "state"), remove: [folder] };
}

function upArguments({ files, zones, strict, engine, args = [], kind }: WorldOptions, instance: number, root: string): string[] {
  const paths = (flag: string, values: readonly string[] = []) => values.flatMap((path) => [flag, resolve(root, path)]);
  return [
    ...paths("-f", files),
    ...paths("--zone", zones),
    ...(strict === true ? ["--strict"] : []),
    ...(engine === undefined ? [] : ["--engine", engine]),
    ...args,
    ...(kind === "mapped" ? ["--addresses", "mapped"] : []),
    "--instance",
    String(instance),
  ];
}

/** For spawn: who uses a world of this kind. */
export function userOf(kind: WorldKind): { uid?: number; gid?: number } {
  return kind === "unprivileged" && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

function createWorld(kind: WorldKind, { root, stateDir, remove }: Home, instance: number): World {
  const node = kind === "unprivileged" ? join(root, "node") : process.execPath;
  const loopway = (args: readonly string[], input = "") =>
    new Promise<CommandResult>((done, reject) => {
      const state = args.includes("--state") ? [] : ["--state", stateDir];
      const child = spawn(node, [join(root, "dist", "loopway.cjs"), ...args, ...state], {
        cwd: root,
        env: { ...process.env, HOME: root },
        ...userOf(kind),
      });
      const result: CommandResult = { code: 1, stdout: "", stderr: "" };
      child.stdout.on("data", (chunk) => {
        result.stdout += chunk;
      });
      child.stderr.on("data", (chunk) => {
        result.stderr += chunk;
      });
      child.on("error", reject);
      child.on("close", (code) => done({ ...result, code: code ?? 1 }));
      child.stdin.end(input);
    });
  const stop = async () => {
    await loopway(["down"]);
    for (const path of remove) rmSync(path, { recursive: true, force: true });
  };
  return { kind, instance, stateDir, proxy: "", said: "", kubeconfig: join(stateDir, "kubeconfig"), loopway, stop };
}

/** What `loopway env --json` says, as far as tests read it. */
export interface Endpoints {
  proxy: string;
  dns: string;
  doh: string;
  caFile: string;
  hosts: { host: string; addresses: string[]; connectTo: string }[];
}

export async function endpointsOf(world: Pick<World, "loopway">): Promise<Endpoints> {
  return JSON.parse((await world.loopway(["env", "--json"])).stdout) as Endpoints;
}

/** The pid of a process of this world, by kind and name, from the supervisor itself. */
export async function processesOf(world: World): Promise<{ kind: string; name: string; pid: number }[]> {
  const { stdout } = await world.loopway(["status", "--json"]);
  return (JSON.parse(stdout) as { processes: { kind: string; name: string; pid: number }[] }).processes;
}
