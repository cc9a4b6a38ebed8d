import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ApiClient } from "@loopway/hop-kit";
import { eventually, findClient, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openApi, openProxyClient, startLoad, startWorld, type World } from "../src/index.ts";

const run = promisify(execFile);

/** Older ones evict, and create what evictions ask, by policy/v1beta1 and autoscaling/v1, which no cluster of today serves to them. */
function isTooOld(): boolean {
  const kubectl = findClient("kubectl");
  if (kubectl === undefined) return true;
  const { clientVersion } = JSON.parse(execFileSync(kubectl, ["version", "--client", "-o", "json"], { encoding: "utf8" })) as {
    clientVersion: { minor: string };
  };
  const isOld = Number.parseInt(clientVersion.minor, 10) < 25;
  if (isOld) console.warn(`SKIPPED: kubectl 1.${clientVersion.minor} is too old for drain, autoscale and top; their tests did not run`);
  return isOld;
}

const isOld = isTooOld();

describe.skipIf(missing("kubectl"))("kubectl and workloads", () => {
  let world: World;
  let api: ApiClient;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "loopway-kubectl-"));
    const args = ["--pods", "real-termination", "--timing", "autoscaler-sync=1", "--timing", "crash-loop=1"];
    world = await startWorld({ files: ["fixtures/workloads"], zones: ["fixtures/zones"], args });
    api = openApi(world);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** Standard output and standard error, whatever the exit code. */
  const kubectl = async (...args: string[]): Promise<string> => {
    const all = ["--kubeconfig", world.kubeconfig, "--cache-dir", join(home, "cache"), ...args];
    const { stdout = "", stderr = "" } = await run(findClient("kubectl") ?? "", all, { env: { ...process.env, HOME: home } }).catch(
      (error: { stdout?: string; stderr?: string }) => error,
    );
    return stdout + stderr;
  };

  test("rollout: status, history with its causes, undo, restart, pause and resume", async () => {
    const cause = (text: string) => kubectl("annotate", "--overwrite", "deployment/app", `kubernetes.io/change-cause=${text}`);
    await cause("first");
    await kubectl("set", "image", "deployment/app", "app=echo:2");
    await cause("second");
    expect(await kubectl("rollout", "status", "deployment/app")).toContain('deployment "app" successfully rolled out');
    expect(await kubectl("rollout", "history", "deployment/app")).toMatch(/REVISION\s+CHANGE-CAUSE\n1\s+first\n2\s+second/);
    expect(await kubectl("rollout", "undo", "deployment/app")).toContain("rolled back");
    expect(await kubectl("rollout", "status", "deployment/app")).toContain("successfully rolled out");
    expect(await kubectl("rollout", "history", "deployment/app")).toMatch(/\n2\s+second\n3\s+first/);
    expect(await kubectl("rollout", "history", "deployment/app", "--revision=3")).toMatch(/Image:\s+registry\.k8s\.io\/gateway-api/);
    await kubectl("rollout", "pause", "deployment/app");
    expect(await kubectl("rollout", "restart", "deployment/app")).toContain("can't restart paused deployment");
    await kubectl("rollout", "resume", "deployment/app");
    expect(await kubectl("rollout", "restart", "deployment/app")).toContain("restarted");
    expect(await kubectl("rollout", "status", "deployment/app")).toContain("successfully rolled out");
  }, 40_000);

  test.skipIf(isOld)(
    "cordon keeps new pods away, drain waits for the PodDisruptionBudget and moves the pods",
    async () => {
      const nodes = (await kubectl("get", "nodes", "-o", "name")).trim().split("\n");
      const [first = "", ...others] = nodes.map((name) => name.replace("node/", ""));
      await kubectl("create", "poddisruptionbudget", "app", "--selector=app=app", "--min-available=3");
      await eventually(async () => expect(await kubectl("get", "pdb", "app")).toMatch(/app\s+3\s+N\/A\s+0/));
      expect(await kubectl("drain", first, "--timeout=1s")).toMatch(
        /will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\.[\s\S]*global timeout reached/,
      );
      expect(await kubectl("get", "nodes", first)).toContain("Ready,SchedulingDisabled");
      await kubectl("delete", "pdb", "app");
      expect(await kubectl("drain", first)).toContain("drained");
      await eventually(async () => expect(await kubectl("get", "deploy", "app")).toMatch(/app\s+3\/3/));
      const placed = await kubectl("get", "pods", "-l", "app=app", "-o", "jsonpath={.items[*].spec.nodeName}");
      for (const name of placed.split(" ")) expect(others).toContain(name);
      expect(await kubectl("uncordon", first)).toContain("uncordoned");
    },
    40_000,
  );

  test.skipIf(isOld)(
    "top shows what pods and nodes use, and autoscale follows their work",
    async () => {
      const client = openProxyClient(world, 64);
      const load = startLoad(client, (ordinal) => `http://app.example.com/${ordinal}`, 200);
      onTestFinished(async () => {
        await load.stop();
        client.close();
      });
      expect(await kubectl("autoscale", "deployment", "app", "--min=3", "--max=6", "--cpu-percent=50")).toContain("autoscaled");
      await eventually(
        async () => expect(await kubectl("get", "hpa", "app")).toMatch(/Deployment\/app\s+cpu: [1-9]\d*%\/50%\s+3\s+6\s+[456]/),
        20_000,
      );
      expect(await kubectl("top", "pods")).toMatch(/NAME\s+CPU\(cores\)\s+MEMORY\(bytes\)[\s\S]*app-\S+\s+[1-9]\d*m\s+\d+Mi/);
      expect(await kubectl("top", "nodes")).toMatch(/ip-127\S+\s+\d+m\s+\d+%\s+\d+Mi/);
      expect(await kubectl("describe", "hpa", "app")).toContain("cpu resource utilization (percentage of request) above target");
    },
    40_000,
  );

  test("a StatefulSet comes up in order behind its init containers, a crashing DaemonSet backs off, a Job completes", async () => {
    const template = (spec: object, annotations = {}) => ({ metadata: { labels: { app: "w" }, annotations }, spec });
    const selector = { matchLabels: { app: "w" } };
    const containers = [{ name: "main", image: "redis" }];
    const initContainers = [{ name: "init", image: "busybox", command: ["sleep", "1"] }];
    const crashing = { "loopway.dev/stub-exit-after": "200ms", "loopway.dev/stub-exit-code": "3" };
    const workloads = [
      {
        kind: "StatefulSet",
        name: "db",
        spec: { serviceName: "db", replicas: 2, selector, template: template({ containers, initContainers }) },
      },
      { kind: "DaemonSet", name: "agent", spec: { selector, template: template({ containers }, crashing) } },
    ];
    for (const { kind, name, spec } of workloads)
      await api.create({ apiVersion: "apps/v1", kind, metadata: { name, namespace: "default" }, spec });
    await eventually(async () => expect(await kubectl("get", "pods")).toMatch(/db-0\s+0\/1\s+Init:0\/1/));
    expect(await kubectl("create", "job", "once", "--image=busybox", "--", "true")).toContain("created");
    expect(await kubectl("rollout", "status", "sts/db", "--timeout=20s")).toContain("complete");
    await eventually(async () => expect(await kubectl("get", "pods")).toMatch(/agent-\S+\s+0\/1\s+CrashLoopBackOff\s+\d+ \(/), 10_000);
    await eventually(
      async () => expect(await kubectl("get", "jobs,pods")).toMatch(/job.batch\/once\s+Complete\s+1\/1[\s\S]*once-\S+\s+0\/1\s+Completed/),
      10_000,
    );
    expect(await kubectl("get", "sts,ds")).toMatch(/statefulset.apps\/db\s+2\/2[\s\S]*daemonset.apps\/agent\s+3\s+3/);
  }, 40_000);
});
