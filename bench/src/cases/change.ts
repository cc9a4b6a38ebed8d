import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ingress } from "@loopway/model";
import { bundle } from "../../../scripts/bundle.ts";
import type { BenchCase, Job, Sample } from "../bench-case.ts";
import { until } from "../process/until.ts";
import { type Api, objectOf } from "../product/api.ts";
import { firstAnswer, throughProxy } from "../product/first-answer.ts";
import { albPid, apiOf, endpointOf, startWorld, type World } from "../product/world.ts";

const INSTANCE = 21;
const HOST = "api.example.com";
const contender = "loopway";

const changes: Readonly<Record<string, (job: Job) => Promise<Sample>>> = {
  "new rule": addRule,
  "new load balancer": addLoadBalancer,
  "kill -9 of a load balancer": killLoadBalancer,
};

interface Resources {
  world: World;
  api: Api;
  proxy: string;
}

let resources: Resources | undefined;
/** What to do at the end, the last first. */
const undo: (() => Promise<unknown>)[] = [];

export const change: BenchCase = {
  summary: "a running Loopway: time from a change, or a kill -9, to the first answer that shows it",
  loads: Object.keys(changes).map((name) => ({ name, contenders: [contender] })),
  metrics: [
    { name: "answerMs", title: "first answer ms", digits: 0 },
    { name: "slowestRefusalMs", title: "slowest refusal ms", digits: 1 },
  ],
  reference: contender,
  rounds: { full: 20, quick: 3 },
  budgets: [
    {
      load: "new rule",
      metric: "answerMs",
      of: contender,
      atMost: 150,
      reason: "who saves a manifest and looks at the browser sees the new rule",
    },
    { load: "new load balancer", metric: "answerMs", of: contender, atMost: 1000, reason: "AWS takes minutes; a second is no wait" },
    {
      load: "kill -9 of a load balancer",
      metric: "answerMs",
      of: contender,
      atMost: 1000,
      reason: "a process that dies is an experiment, not the end of the session",
    },
    {
      load: "kill -9 of a load balancer",
      metric: "slowestRefusalMs",
      of: contender,
      statistic: "largest",
      atMost: 100,
      reason: "nobody listens, so the kernel refuses at once; anything slower is a port that somebody holds",
    },
  ],
  prepare: async () => {
    await bundle();
    const folder = await mkdtemp(join(tmpdir(), "loopway-bench-"));
    undo.push(() => rm(folder, { recursive: true }));
    const world = startWorld({ stateDir: join(folder, "state"), instance: INSTANCE });
    undo.push(world.stop);
    const { proxy } = await world.ready;
    resources = { world, api: apiOf(world), proxy };
  },
  measure: (job) => (changes[job.load] as (job: Job) => Promise<Sample>)(job),
  dispose: async () => {
    for (const step of undo.toReversed()) await step();
  },
};

function running(): Resources {
  if (resources === undefined) throw new Error("prepare comes first");
  return resources;
}

function pathTo(service: string, path: string) {
  return { path, pathType: "Prefix", backend: { service: { name: service, port: { number: 8080 } } } };
}

/** The Ingress of the example gets one path more, another one each time. */
async function addRule({ round }: Job): Promise<Sample> {
  const { api, proxy } = running();
  const ingress = objectOf<Ingress>({ kind: "Ingress", metadata: { name: "api-ingress", namespace: "default" } });
  const paths = [
    pathTo("orders-service", "/v1/order"),
    pathTo("payment-service", "/v1/payment"),
    pathTo("payment-service", `/new-${round}`),
  ];
  const startedMs = performance.now();
  await api.patch(ingress, { spec: { rules: [{ host: HOST, http: { paths } }] } });
  const { atMs } = await firstAnswer(throughProxy(proxy, `http://${HOST}/new-${round}`));
  return { answerMs: atMs - startedMs };
}

/** An Ingress with a group and a host of its own: a process, addresses, a target group with healthy targets and a DNS record. */
async function addLoadBalancer({ round }: Job): Promise<Sample> {
  const { api, proxy } = running();
  const host = `new-${round}.example.com`;
  const ingress = objectOf<Ingress>({
    kind: "Ingress",
    metadata: {
      name: `new-${round}`,
      namespace: "default",
      annotations: { "alb.ingress.kubernetes.io/group.name": `new-${round}`, "alb.ingress.kubernetes.io/scheme": "internet-facing" },
    },
    spec: { ingressClassName: "alb", rules: [{ host, http: { paths: [pathTo("orders-service", "/")] } }] },
  });
  const startedMs = performance.now();
  await api.create(ingress);
  const { atMs } = await firstAnswer(throughProxy(proxy, `http://${host}/`));
  await api.delete(ingress);
  await until(async () => ((await api.exists(ingress)) ? undefined : true));
  return { answerMs: atMs - startedMs };
}

/** Asked at the load balancer's own address; the last process is known to serve before it is killed. */
async function killLoadBalancer(): Promise<Sample> {
  const { world } = running();
  const { loadBalancer, ...at } = await endpointOf(world, HOST);
  const question = { ...at, target: "/v1/order/1", host: HOST };
  const pid = await albPid(world, loadBalancer);
  await firstAnswer(question);
  const startedMs = performance.now();
  process.kill(pid, "SIGKILL");
  const { atMs, slowestFailureMs } = await firstAnswer(question);
  return { answerMs: atMs - startedMs, slowestRefusalMs: slowestFailureMs };
}
