import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isReady, loadBalancer, node, pod } from "@loopway/kube/objects";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { isRunning, scratch, startRegion } from "./fixtures/region.ts";

const allPids = async (region: ReturnType<typeof startRegion>) => (await region.processes()).flatMap(({ pid }) => pid ?? []);

test("objects call for processes, and a pod is ready only through its probe", async () => {
  const objects = [node, loadBalancer, pod("a", { probe: true, annotations: { "test/unready-probes": "2" } }), pod("b")];
  const region = startRegion({ ...scratch(), objects });
  for (const kind of ["control-plane", "collector", "client", "alb"]) await region.ready(kind);
  await region.ready("kube-proxy", "node-a");
  await region.ready("kube-proxy", "services");
  const ready = await eventually(async () => {
    const found = await region.pod("a");
    expect(isReady(found)).toBe("True");
    return found;
  });
  expect(ready?.status).toMatchObject({
    phase: "Running",
    podIP: "127.98.1.20",
    hostIP: "127.98.1.10",
    containerStatuses: [{ ready: true, restartCount: 0 }],
  });
  const answer = await fetch("http://127.98.1.20:18081/");
  expect(Number(await answer.text())).toBe((await region.ready("pod", "a")).pid);
  expect((await region.processes()).some(({ kind }) => kind === "coredns")).toBe(false);
});

test("a killed load balancer is back within a second, and a killed control plane disturbs nobody", async () => {
  const region = startRegion({ ...scratch(), objects: [node, loadBalancer, pod("a")] });
  for (let round = 1; round <= 3; round++) {
    const { pid } = await region.ready("alb");
    process.kill(pid, "SIGKILL");
    const killedMs = performance.now();
    await eventually(async () => expect((await region.ready("alb")).restarts).toBe(round));
    // The stand-in is TypeScript: stripping its types takes most of this second.
    expect(performance.now() - killedMs).toBeLessThan(2000);
  }
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("True"));
  const before = (await region.processes()).filter(({ kind }) => kind !== "control-plane").map(({ pid }) => pid);
  process.kill((await region.ready("control-plane")).pid, "SIGKILL");
  await eventually(async () => expect((await region.ready("control-plane")).restarts).toBe(1));
  await region.api().create(pod("b"));
  await eventually(async () => expect(isReady(await region.pod("b"))).toBe("True"));
  expect((await region.processes()).map(({ pid }) => pid)).toEqual(expect.arrayContaining(before));
});

test("a crashed pod is not ready at once, is restarted with its address, and counts it", async () => {
  const region = startRegion({ ...scratch(), objects: [node, pod("a")] });
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("True"));
  process.kill((await region.ready("pod", "a")).pid, "SIGKILL");
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("False"), 1000);
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("True"));
  expect((await region.pod("a"))?.status).toMatchObject({ podIP: "127.98.1.20", containerStatuses: [{ restartCount: 1 }] });
});

test("a deleted pod gets SIGTERM, and its object goes when its process has ended", async () => {
  const region = startRegion({ ...scratch(), objects: [node, pod("a"), pod("gone", { deletionTimestamp: "2026-01-01T00:00:00Z" })] });
  const { pid } = await region.ready("pod", "a");
  await eventually(async () => expect(await region.pod("gone"), "it has no process").toBeUndefined());
  await region.api().patch({ kind: "Pod", namespace: "default", name: "a" }, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
  await eventually(async () => expect(await region.pod("a")).toBeUndefined());
  expect(isRunning(pid)).toBe(false);
  expect((await region.processes()).some(({ kind }) => kind === "pod")).toBe(false);
});

test("mapped: what is bound elsewhere is an AddressBinding as long as its process is wished for, and the same after a restart", async () => {
  const region = startRegion({ ...scratch(), addresses: "mapped", objects: [node, loadBalancer, pod("a", { probe: true })] });
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("True"));
  const bindings = async () => (await region.api().list({ kind: "AddressBinding" })).items;
  await eventually(async () =>
    expect((await bindings()).map(({ metadata }) => metadata.name).sort()).toEqual(["tcp-127.98.1.20-18081", "tcp-127.98.12.1-18080"]),
  );
  const before = await bindings();
  process.kill((await region.ready("alb")).pid, "SIGKILL");
  await eventually(async () => expect((await region.ready("alb")).restarts).toBe(1));
  expect((await bindings()).map(({ spec }) => spec)).toEqual(before.map(({ spec }) => spec));
  await region.api().delete({ kind: "LoadBalancer", namespace: "kube-system", name: "lb" });
  await eventually(async () => expect((await bindings()).map(({ metadata }) => metadata.name)).toEqual(["tcp-127.98.1.20-18081"]));
});

test("kill -9 of the supervisor leaves no orphan, and its stale claims are taken over", async () => {
  const place = scratch();
  const first = startRegion({ ...place, objects: [node, loadBalancer, pod("a")] });
  await eventually(async () => expect(isReady(await first.pod("a"))).toBe("True"));
  const pids = await allPids(first);
  expect(pids).toHaveLength(8);
  first.child.kill("SIGKILL");
  await first.exit;
  await eventually(() => expect(pids.filter(isRunning)).toEqual([]), 1000);
  const second = startRegion({ ...place, stateDir: first.stateDir });
  await eventually(async () => expect((await second.pod("a"))?.status?.containerStatuses?.[0]?.restartCount).toBe(1));
  expect(second.record().pid).toBe(second.child.pid);
});

test("what an earlier supervisor said of a pod's readiness does not outlive its process, and a process that cannot start says why", async () => {
  const place = scratch();
  rmSync(join(place.bundles, "pod.cjs"));
  const conditions = [{ type: "Ready", status: "True" } as const];
  const served = {
    ...pod("a"),
    status: { podIP: "127.98.1.30", conditions, containerStatuses: [{ name: "web", ready: true, restartCount: 4 }] },
  };
  const region = startRegion({ ...place, objects: [node, served] });
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("False"));
  expect((await region.pod("a"))?.status?.podIP).toBe("127.98.1.30");
  await eventually(async () =>
    expect(await region.processes()).toContainEqual(expect.objectContaining({ kind: "pod", lastEnd: "exit code 1" })),
  );
});

test("SIGTERM ends everything within three seconds, even a hop that never drains", async () => {
  const region = startRegion({ ...scratch(), env: { TEST_STUBBORN: "client" }, objects: [node, loadBalancer, pod("a")] });
  await region.ready("pod");
  await region.ready("client");
  const pids = await allPids(region);
  const { runDir } = region.record();
  const toldMs = performance.now();
  region.child.kill("SIGTERM");
  expect(await region.exit).toEqual([0, null]);
  expect(performance.now() - toldMs).toBeLessThan(3000);
  expect(pids.filter(isRunning)).toEqual([]);
  for (const left of [runDir, join(region.stateDir, "loopway.json"), join(region.stateDir, "supervisor.lock")])
    expect(existsSync(left)).toBe(false);
});

test("a state directory and an instance have one holder each", async () => {
  const place = scratch();
  const first = startRegion({ ...place });
  await first.ready("control-plane");
  const sameState = startRegion({ ...place, stateDir: first.stateDir, instance: 1 });
  expect(await sameState.exit).toEqual([3, null]);
  expect(sameState.progress).toMatchObject([{ type: "failed", code: "E_ALREADY_RUNNING", values: { pid: first.child.pid } }]);
  const sameInstance = startRegion({ ...place, stateDir: join(place.folder, "other") });
  expect(await sameInstance.exit).toEqual([3, null]);
  expect(sameInstance.progress).toMatchObject([{ type: "failed", code: "E_INSTANCE_TAKEN", values: { state: first.stateDir } }]);
  expect((await first.ready("control-plane")).restarts).toBe(0);
});

test("sockets of a state directory with a long path lie below the temporary folder", async () => {
  const place = scratch();
  const region = startRegion({ ...place, stateDir: join(place.folder, "long".repeat(30)), objects: [node] });
  await region.ready("control-plane");
  const { runDir } = region.record();
  expect(runDir.startsWith(region.stateDir)).toBe(false);
  region.child.kill("SIGTERM");
  await region.exit;
  expect(existsSync(runDir)).toBe(false);
});

test("in the foreground the end of the command's pipe ends everything", async () => {
  const region = startRegion({ ...scratch(), detached: false, objects: [node] });
  await region.ready("control-plane");
  expect(region.progress).toContainEqual({ type: "started" });
  region.child.stdio[3]?.destroy();
  expect(await region.exit).toEqual([0, null]);
});
