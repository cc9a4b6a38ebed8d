import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually, findClient, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sendOnce, startWorld, type World, workspace } from "../src/index.ts";

const run = promisify(execFile);

describe.skipIf(missing("kubectl"))("kubectl against a running world", () => {
  let world: World;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "loopway-kubectl-"));
    world = await startWorld({ files: ["fixtures/seeds-ip"], zones: ["fixtures/zones"] });
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const arguments_ = (args: readonly string[]) => ["--kubeconfig", world.kubeconfig, "--cache-dir", join(home, "cache"), ...args];
  const kubectl = async (...args: string[]) =>
    (await run(findClient("kubectl") ?? "", arguments_(args), { env: { ...process.env, HOME: home } })).stdout;

  test("get shows pods, deployments and AWS objects as tables", async () => {
    expect(await kubectl("get", "pods", "-o", "wide")).toMatch(
      /NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE[\s\S]*orders-\S+\s+1\/1\s+Running\s+0\s+\S+\s+127\.\d+\.\d+\.\d+\s+ip-127/,
    );
    expect(await kubectl("get", "deploy", "orders")).toMatch(/NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\norders\s+3\/3\s+3\s+3/);
    expect(await kubectl("get", "ingress", "api-ingress")).toMatch(/api\.example\.com\s+\S+\.us-east-1\.elb\.amazonaws\.com\s+80/);
    expect(await kubectl("get", "loadbalancers,rules,targetgroups,recordsets", "-A")).toMatch(
      /loadbalancer\S*\/k8s-[\s\S]*rule\S*\/k8s-[\s\S]*targetgroup\S*\/k8s-/,
    );
    expect(await kubectl("get", "svc", "orders-service", "-o", "yaml")).toMatch(/clusterIP: 127\./);
  });

  test("apply again changes nothing, scale changes the number of pods, get -w sees them come", async () => {
    const watch = spawn(findClient("kubectl") ?? "", arguments_(["get", "pods", "-w"]), { env: { ...process.env, HOME: home } });
    onTestFinished(() => void watch.kill("SIGKILL"));
    let seen = "";
    watch.stdout.on("data", (chunk) => {
      seen += chunk;
    });
    await eventually(() => expect(seen).toMatch(/payment/));
    const file = join(workspace, "fixtures/seeds-ip");
    await kubectl("apply", "-f", file);
    expect(await kubectl("apply", "-f", file)).not.toMatch(/created|configured/);
    expect(await kubectl("scale", "deployment/payment", "--replicas=4")).toMatch(/payment scaled/);
    await eventually(async () => expect(await kubectl("get", "deploy", "payment")).toMatch(/payment\s+4\/4/));
    await eventually(() => expect(new Set(seen.match(/payment-\S+/g)).size).toBeGreaterThanOrEqual(4));
  });

  test("delete removes the Ingress and its name", async () => {
    await kubectl("delete", "ingress", "api-ingress");
    await eventually(async () => expect((await sendOnce(world, "http://api.example.com/v1/order/1")).status).toBe(502));
  });
});
