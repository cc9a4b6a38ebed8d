import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ApiClient, isAlive } from "@loopway/hop-kit";
import type { Deployment, Ingress } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { openApi } from "../api.ts";
import { type Failure, startLoad } from "../load.ts";
import { openProxyClient, sendOnce } from "../request.ts";
import { processesOf, startWorld, type World } from "../world.ts";
import { explainFailures, type Kill } from "./explain-failures.ts";
import { type Growth, growth, type Reading, readRss } from "./memory.ts";
import { type Injection, planSoak, WARM_UP_MS } from "./plan.ts";

export interface SoakResult {
  injected: number;
  /** Injections after which the region was whole again. */
  survived: number;
  requests: number;
  explained: Failure[];
  unexplained: LoggedFailure[];
  /** Of what is left of each life after `warmUpMs`: the whole warm-up, or in a short soak a third of it. */
  growth: readonly Growth[];
  warmUpMs: number;
}

interface LoggedFailure extends Failure {
  /** What the load balancers' access logs have of its URL. */
  lines: string[];
}

const RATE = 100;
const SURVIVED_MS = 15_000;
const READING_MS = 5_000;
/** A slope through fewer readings says nothing. */
const LEAST_READINGS = 6;
const orders = { kind: "Deployment", namespace: "default", name: "orders" };
const ingress = { kind: "Ingress", namespace: "default", name: "api-ingress" };
const url = (ordinal: number) => `http://api.example.com/v1/order/${ordinal}`;

export async function runSoak(durationMs: number, seed: number): Promise<SoakResult> {
  const world = await startWorld({ files: ["fixtures/seeds"], zones: ["fixtures/zones"] });
  const api = openApi(world);
  const client = openProxyClient(world, 64);
  const startedAt = performance.now();
  const nowMs = () => performance.now() - startedAt;
  const load = startLoad(client, url, RATE);
  const readings: Reading[] = [];
  const reading = setInterval(
    () =>
      void readMemory(world, nowMs()).then(
        (each) => readings.push(each),
        () => undefined,
      ),
    READING_MS,
  );
  const steps = planSoak(durationMs, seed);
  const kills: Kill[] = [];
  let survived = 0;
  let extraStatus = 404;
  try {
    for (const { atMs, injection } of steps) {
      await delay(Math.max(0, atMs - nowMs()));
      if (injection.kind === "kill") kills.push({ process: injection.process, atMs: nowMs() });
      await inject(injection, { world, api });
      if (injection.kind === "rule") extraStatus = injection.isThere ? 200 : 404;
      const isWhole = await whole({ world, api, extraStatus });
      survived += isWhole ? 1 : 0;
      console.error(`${(nowMs() / 1000).toFixed(1).padStart(7)} s  ${JSON.stringify(injection)}  ${isWhole ? "survived" : "NOT SURVIVED"}`);
    }
    await delay(Math.max(0, durationMs - nowMs()));
    const { sent, failures } = await load.stop();
    const warmUpMs = Math.min(WARM_UP_MS, durationMs / 3);
    const memory = { warmUpMs, growth: growth(readings, { warmUpMs, least: LEAST_READINGS }) };
    const { explained, unexplained } = explainFailures(failures, kills);
    return { injected: steps.length, survived, requests: sent, explained, unexplained: await logged(world, unexplained), ...memory };
  } finally {
    clearInterval(reading);
    await load.stop();
    client.close();
    api.close();
    await world.stop();
  }
}

/** Load balancers write their lines in batches: what happened last may not be there yet. */
async function logged({ stateDir }: World, failures: readonly Failure[]): Promise<LoggedFailure[]> {
  const folder = join(stateDir, "access-logs");
  const names = failures.length === 0 ? [] : await readdir(folder);
  const logs = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  const lines = logs.flatMap((log) => log.split("\n"));
  return failures.map((failure) => {
    const { pathname } = new URL(failure.url);
    return { ...failure, lines: lines.filter((line) => line.includes(`${pathname} HTTP`)) };
  });
}

async function inject(injection: Injection, { world, api }: { world: World; api: ApiClient }): Promise<void> {
  if (injection.kind === "scale") await api.patch(orders, { spec: { replicas: injection.replicas } }, { subresource: "scale" });
  else if (injection.kind === "rule") await setRule(api, injection.isThere);
  else {
    const candidates = (await processesOf(world)).filter(({ kind, pid }) => kind === injection.process && pid > 0);
    const victim = candidates[Math.floor(injection.pick * candidates.length)];
    if (victim !== undefined) process.kill(victim.pid, "SIGKILL");
  }
}

const EXTRA_PATH = "/v9/soak";

async function setRule(api: ApiClient, isThere: boolean): Promise<void> {
  const rules = structuredClone((await api.get<Ingress>(ingress))?.spec?.rules ?? []);
  const paths = rules[0]?.http?.paths ?? [];
  const others = paths.filter(({ path }) => path !== EXTRA_PATH);
  const [first] = others;
  if (first === undefined || rules[0]?.http === undefined) throw new Error("the example's Ingress has no path");
  rules[0].http.paths = isThere ? [...others, { ...first, path: EXTRA_PATH }] : others;
  await api.patch(ingress, { spec: { rules } });
}

/** Every process is there and every replica available, and requests are answered by the rules as they are now. */
async function whole({ world, api, extraStatus }: { world: World; api: ApiClient; extraStatus: number }): Promise<boolean> {
  try {
    await eventually(async () => {
      const { spec, status } = (await api.get<Deployment>(orders)) ?? {};
      if (status?.availableReplicas !== spec?.replicas || status?.replicas !== spec?.replicas) throw new Error("not scaled yet");
      if ((await processesOf(world)).some(({ pid }) => !isAlive(pid))) throw new Error("not started again yet");
      if ((await sendOnce(world, url(0))).status !== 200) throw new Error("no answer");
      if ((await sendOnce(world, `http://api.example.com${EXTRA_PATH}`)).status !== extraStatus) throw new Error("other rules");
    }, SURVIVED_MS);
    return true;
  } catch {
    return false;
  }
}

async function readMemory(world: World, atMs: number): Promise<Reading> {
  const processes = await processesOf(world);
  const alive = processes.flatMap(({ kind, pid }) => {
    const rssMiB = readRss(pid);
    return rssMiB === undefined ? [] : [{ kind, pid, rssMiB }];
  });
  return { atMs, processes: alive };
}
