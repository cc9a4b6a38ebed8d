import {
  type AddressMode,
  type KubeObject,
  LBC_VERSIONS,
  LoopwayError,
  MAX_INSTANCE,
  type Timing,
  type Timings,
  timings,
} from "@loopway/model";
import type { SupervisorConfig } from "@loopway/supervisor";
import { applyAll } from "../apply-all.ts";
import { becomeSupervisor } from "../become-supervisor.ts";
import { type Arguments, answerCodes, type Command, flag, listOption, stateHelp, stateOption, stringOption } from "../command.ts";
import { readSecondHalf, type SecondHalf } from "../companion.ts";
import { openApi } from "../connection.ts";
import { controllerHelp, controllerOf, controllerOptions } from "../controller-options.ts";
import { type DesiredFiles, readDesiredObjects } from "../desired-objects.ts";
import { describeEndpoints } from "../endpoints.ts";
import { formatReady } from "../format-ready.ts";
import { type RunFile, readRunFile, stateDirOf } from "../run-file.ts";
import { startSupervisor } from "../start-supervisor.ts";
import { waitUntilServing } from "../wait-until-serving.ts";

export const up: Command = {
  name: "up",
  summary: "start the path: control plane, DNS, load balancers, nodes and pods that the manifests call for",
  usage: "[-f DIR|FILE]... [--zone DIR|FILE]... [-d|--watch]",
  options: {
    ...stateOption,
    filename: { type: "string", short: "f", multiple: true },
    zone: { type: "string", multiple: true },
    instance: { type: "string" },
    strict: { type: "boolean" },
    ...controllerOptions,
    addresses: { type: "string" },
    engine: { type: "string" },
    pods: { type: "string" },
    durable: { type: "string" },
    timing: { type: "string", multiple: true },
    "allow-exec": { type: "boolean" },
    detach: { type: "boolean", short: "d" },
    watch: { type: "boolean" },
  },
  optionHelp: [
    ["-f DIR|FILE", "manifests to apply; without any: the example (api.example.com, api.flashapp.com, a Flask app)"],
    ["--zone DIR|FILE", "zone files to import as hosted zones and record sets"],
    ["-d", "come back when the path serves; stop it with `loopway down`"],
    ["--watch", "apply again whenever a file is saved, delete what is no longer in the files, and say which requests that changes"],
    ["--instance N", `which address blocks to use, 0 to ${MAX_INSTANCE} (default 0); several run side by side`],
    ["--strict", "refuse what the real AWS Load Balancer Controller refuses"],
    ...controllerHelp,
    ["--addresses mapped", "everything on 127.0.0.1 with free ports (the way of macOS); default identity"],
    ["--engine reference", "load balancers on http-proxy and a Route 53 on dns2 instead of ours, to compare"],
    [
      "--pods real-termination",
      "stubs end on SIGTERM as most servers do, with the 502s of the real race; default: they serve until deregistered",
    ],
    [
      "--durable power",
      "objects outlive a power failure too, each waits for the disk; default: they outlive any process, `kill -9` included",
    ],
    ["--allow-exec", "run the command lines that pods name in loopway.dev/exec; read the manifests first"],
    ["--timing NAME=SECONDS", `shorten one of Kubernetes' delays: ${Object.keys(timings).join(", ")}`],
    stateHelp,
  ],
  exitCodes: [
    ...answerCodes("all is applied and served, or the foreground was ended", "an object was refused, or something did not come up"),
    ["3", "the addresses or the state directory belong to another Loopway"],
  ],
  choices: {
    addresses: ["identity", "mapped"],
    engine: ["reference"],
    pods: ["real-termination"],
    durable: ["power"],
    "lbc-version": LBC_VERSIONS,
  },
  examples: [
    ["loopway up", "the example; then: curl -x http://127.0.0.1:3128 http://api.example.com/v1/order/1"],
    ["loopway up -f k8s/ --zone zones/ -d", "your own manifests, in the background"],
    ["loopway up -f k8s/ --watch", "edit, save, and read what it does to traffic"],
    ["loopway up --strict -f k8s/", "what EKS would really do with them"],
    ["loopway up --strict --lbc-version v2.11 --quota rules-per-alb=200", "with an older controller, in an account with a raised quota"],
  ],
  run: async (arguments_) => {
    const secondHalf = readSecondHalf();
    if (secondHalf !== undefined) return accompany(arguments_, secondHalf);
    const config = supervisorConfig(arguments_);
    const watches = flag(arguments_, "watch");
    if (config.detached && watches) throw new LoopwayError("E_USAGE", { message: "--watch stays in the foreground; leave out -d" });
    const objects = desiredObjects(arguments_);
    if (!config.detached) return becomeSupervisor(config, { words: ["up", ...arguments_.raw], objects, stays: watches });
    const { runFile, ended, release } = await startSupervisor(config);
    const ending = new AbortController();
    ended.catch((error: unknown) => ending.abort(error));
    try {
      const refused = await Promise.race([serveObjects(runFile, objects, performance.timeOrigin, ending.signal), ended]);
      return refused === 0 ? 0 : 1;
    } finally {
      release();
    }
  },
};

/** In the foreground, beside the supervisor. */
async function accompany(arguments_: Arguments, { objects, startedAtMs }: SecondHalf): Promise<number> {
  const { stateDir, strict } = supervisorConfig(arguments_);
  const runFile = readRunFile(stateDir);
  await serveObjects(runFile, objects, startedAtMs);
  if (!flag(arguments_, "watch")) return 0;
  // Loaded when it is asked for: it settles manifests, and the controllers are half of this program.
  const { watchFiles } = await import("../watch/watch-files.ts");
  const api = openApi(runFile);
  await watchFiles({ api, files: filesOf(arguments_), objects, strict, instance: runFile.instance });
  return 0;
}

/** Applies the objects, waits until all of them is served, and prints what to try. Returns how many were refused. */
async function serveObjects(runFile: RunFile, objects: readonly KubeObject[], startedAtMs: number, signal?: AbortSignal): Promise<number> {
  const api = openApi(runFile);
  signal?.addEventListener("abort", () => api.close());
  try {
    await api.reachable();
    signal?.throwIfAborted();
    const refused = await applyAll(api, objects);
    await waitUntilServing({ api, runFile, say: (line) => console.error(line), ...(signal === undefined ? {} : { signal }) });
    process.stdout.write(formatReady(await describeEndpoints(runFile, api), Date.now() - startedAtMs));
    return refused;
  } finally {
    api.close();
  }
}

/** What the options say. */
export function supervisorConfig(arguments_: Arguments): SupervisorConfig {
  return {
    detached: flag(arguments_, "detach"),
    stateDir: stateDirOf(stringOption(arguments_, "state")),
    instance: instanceOf(arguments_),
    addresses: addressesOf(arguments_),
    strict: flag(arguments_, "strict"),
    standIns: standInsOf(arguments_),
    allowExec: flag(arguments_, "allow-exec"),
    realTermination: isGiven(arguments_, "pods", "real-termination"),
    ...(isGiven(arguments_, "durable", "power") ? { durable: "power" } : {}),
    timings: timingsOf(arguments_),
    ...controllerOf(arguments_),
  };
}

/** What the options name, or the example. Everything is read before anything is started: a mistake in a file starts nothing. */
export function desiredObjects(arguments_: Arguments): KubeObject[] {
  const { objects, ignored } = readDesiredObjects(filesOf(arguments_));
  for (const { kind, apiVersion, metadata } of ignored)
    console.error(`ignored: ${kind} ${metadata.name} (${apiVersion}): Loopway serves no such kind`);
  return objects;
}

function filesOf(arguments_: Arguments): DesiredFiles {
  return { manifests: listOption(arguments_, "filename"), zones: listOption(arguments_, "zone") };
}

function instanceOf(arguments_: Arguments): number {
  const text = stringOption(arguments_, "instance") ?? "0";
  const instance = Number(text);
  if (!/^\d+$/.test(text) || instance > MAX_INSTANCE)
    throw new LoopwayError("E_USAGE", { message: `--instance is ${text}; expected a number from 0 to ${MAX_INSTANCE}` });
  return instance;
}

function addressesOf(arguments_: Arguments): AddressMode {
  const mode = stringOption(arguments_, "addresses") ?? (process.platform === "linux" ? "identity" : "mapped");
  if (mode !== "identity" && mode !== "mapped")
    throw new LoopwayError("E_USAGE", { message: `--addresses is ${mode}; expected identity or mapped` });
  return mode;
}

/** Of an option that takes one word. */
function isGiven(arguments_: Arguments, option: string, word: string): boolean {
  const given = stringOption(arguments_, option);
  if (given !== undefined && given !== word) throw new LoopwayError("E_USAGE", { message: `--${option} is ${given}; expected ${word}` });
  return given !== undefined;
}

function timingsOf(arguments_: Arguments): Timings {
  const wished: { [timing in Timing]?: number } = {};
  for (const text of listOption(arguments_, "timing")) {
    const [name = "", seconds = ""] = text.split("=");
    if (!(name in timings) || !/^\d+(\.\d+)?$/.test(seconds)) {
      const message = `--timing is ${text}; expected NAME=SECONDS with one of ${Object.keys(timings).join(", ")}`;
      throw new LoopwayError("E_USAGE", { message });
    }
    wished[name as Timing] = Number(seconds) * 1000;
  }
  return wished;
}

/** Bundles by the kind of process that they run instead of ours. */
const engines: Readonly<Record<string, NonNullable<SupervisorConfig["standIns"]>>> = {
  own: {},
  reference: { alb: "reference-alb", route53: "reference-route53" },
};

function standInsOf(arguments_: Arguments): NonNullable<SupervisorConfig["standIns"]> {
  const name = stringOption(arguments_, "engine") ?? "own";
  const standIns = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (standIns === undefined)
    throw new LoopwayError("E_USAGE", { message: `--engine is ${name}; expected ${Object.keys(engines).join(" or ")}` });
  return standIns;
}
