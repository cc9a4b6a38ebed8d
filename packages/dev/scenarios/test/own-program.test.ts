import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type ApiClient, isAlive } from "@loopway/hop-kit";
import type { KubeEvent, Pod } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openApi, sendOnce, startWorld, type World } from "../src/index.ts";

const PATIENCE_MS = 15_000;
interface Answer {
  HOSTNAME: string;
  PORT: string;
  OWN_SERVICE_HOST: string;
  OWN_SERVICE_PORT: string;
  pid: number;
}

let world: World;
let api: ApiClient;
beforeAll(async () => {
  process.env.LOOPWAY_TEST_NODE = process.execPath;
  world = await startWorld({ files: ["fixtures/own-program/web.yaml"], zones: ["fixtures/zones"], args: ["--allow-exec"] });
  api = openApi(world);
});
afterAll(async () => {
  api?.close();
  await world?.stop();
});

const ask = async () => JSON.parse((await sendOnce(world, "http://app.example.com/")).body) as Answer;
const deployment = { kind: "Deployment", namespace: "default", name: "own" };

/** One answer of each replica. */
async function replicas(count: number): Promise<Answer[]> {
  const found = new Map<string, Answer>();
  await eventually(async () => {
    const answer = await ask();
    found.set(answer.HOSTNAME, answer);
    expect(found.size).toBe(count);
  }, PATIENCE_MS);
  return [...found.values()];
}

test("each replica is the program, with a PORT of its own and Kubernetes' service variables; its output is the pod's log", async () => {
  const answers = await replicas(2);
  expect(new Set(answers.map(({ PORT }) => PORT)).size).toBe(2);
  const service = await api.get({ kind: "Service", namespace: "default", name: "own" });
  const { clusterIP } = (service as unknown as { spec: { clusterIP: string } }).spec;
  for (const answer of answers) expect(answer).toMatchObject({ OWN_SERVICE_HOST: clusterIP, OWN_SERVICE_PORT: "80" });
  const logs = join(world.stateDir, "logs");
  for (const { HOSTNAME } of answers) {
    const [file = ""] = readdirSync(logs).filter((name) => name.includes(HOSTNAME));
    expect(readFileSync(join(logs, file), "utf8")).toContain(`${HOSTNAME} listens`);
  }
});

test("a program that dies is started again, as a container is", async () => {
  const [{ pid, HOSTNAME } = { pid: 0, HOSTNAME: "" }] = await replicas(2);
  process.kill(pid, "SIGKILL");
  await eventually(async () => {
    const [status] = (await api.get<Pod>({ kind: "Pod", namespace: "default", name: HOSTNAME }))?.status?.containerStatuses ?? [];
    expect([status?.restartCount, status?.ready]).toEqual([1, true]);
  }, PATIENCE_MS);
  expect((await replicas(2)).map((answer) => answer.pid)).not.toContain(pid);
});

test("scaled down, it gets SIGTERM, and SIGKILL when its grace period is over", async () => {
  const before = await replicas(2);
  await api.patch(deployment, { spec: { replicas: 1 } }, { subresource: "scale" });
  await eventually(() => expect(before.filter(({ pid }) => isAlive(pid))).toHaveLength(1), PATIENCE_MS);
  const logs = join(world.stateDir, "logs");
  const texts = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  expect(texts.join("\n")).toContain("was asked to end");
});

test("a pod with an upstream relays to what already listens on this machine", async () => {
  const server = createServer((_request, response) => response.end("mine")).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await eventually(() => expect(server.listening).toBe(true));
  const annotations = { "loopway.dev/exec": null, "loopway.dev/upstream": `127.0.0.1:${(server.address() as AddressInfo).port}` };
  await api.patch(deployment, { spec: { template: { metadata: { annotations } } } });
  await eventually(async () => expect((await sendOnce(world, "http://app.example.com/")).body).toBe("mine"), PATIENCE_MS);
}, 30_000);

test("without --allow-exec no command line runs: the pod has no process, and its Event says what to do", async () => {
  const strict = await startWorld({ zones: ["fixtures/zones"] });
  onTestFinished(() => strict.stop());
  const client = openApi(strict);
  onTestFinished(() => client.close());
  await client.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "own", namespace: "default", annotations: { "loopway.dev/exec": "touch /tmp/never" } },
    spec: { containers: [{ name: "own", image: "own:dev" }] },
  } as Pod);
  await eventually(async () => {
    const { items } = await client.list<KubeEvent>({ kind: "Event", namespace: "default" });
    expect(items.find(({ reason }) => reason === "ExecNotAllowed")?.message).toContain("loopway up --allow-exec");
  });
  const { items } = await client.list<Pod>({ kind: "Pod", namespace: "default" });
  expect(items.find(({ metadata }) => metadata.name === "own")?.status?.phase).not.toBe("Running");
}, 30_000);
