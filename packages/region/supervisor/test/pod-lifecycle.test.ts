import { isReady, node as otherNode, pod } from "@loopway/kube/objects";
import type { Container, KubeObject, Pod } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { isRunning, scratch, startRegion } from "./fixtures/region.ts";

/** With addresses of its own: tests of other files run at the same time. */
const node: KubeObject = {
  ...otherNode,
  spec: { podCIDR: "127.97.1.0/24" },
  status: { addresses: [{ type: "InternalIP", address: "127.97.1.10" }] },
};
const reference = { kind: "Pod", namespace: "default", name: "a" };

function podWith(container: Partial<Container>, spec: Partial<Pod["spec"]> = {}, annotations: Record<string, string> = {}): Pod {
  const plain = pod("a", { annotations });
  const [first] = plain.spec.containers;
  return { ...plain, spec: { ...plain.spec, ...spec, containers: [{ ...(first as Container), ...container }] } };
}

test("a liveness probe that fails restarts the container, which keeps its address and tells how it ended", async () => {
  const livenessProbe = { httpGet: { path: "/live", port: "http" }, periodSeconds: 1, failureThreshold: 1 };
  const subject = podWith({ livenessProbe }, {}, { "test/unhealthy-after-ms": "500" });
  const region = startRegion({ ...scratch(), objects: [node, subject] });
  const { pid } = await region.ready("pod", "a");
  await eventually(async () => expect((await region.pod("a"))?.status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0));
  expect(isRunning(pid)).toBe(false);
  await eventually(async () =>
    expect((await region.pod("a"))?.status).toMatchObject({
      podIP: "127.97.1.20",
      containerStatuses: [{ lastState: { terminated: { exitCode: 137, reason: "Error" } } }],
    }),
  );
});

test("a deleted pod serves on through its preStop hook, then gets SIGTERM, and SIGKILL when its grace period is over", async () => {
  const subject = podWith({ lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 1"] } } } });
  const region = startRegion({ ...scratch(), realTermination: true, env: { TEST_STUBBORN: "pod" }, objects: [node, subject] });
  const { pid } = await region.ready("pod", "a");
  await eventually(async () => expect(isReady(await region.pod("a"))).toBe("True"));
  const deletedMs = performance.now();
  const metadata = { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 2 };
  await region.api().patch(reference, { metadata });
  await eventually(async () => expect((await region.processes()).find(({ kind }) => kind === "pod")?.state).toBe("draining"));
  expect(performance.now() - deletedMs).toBeGreaterThan(950);
  expect(isRunning(pid)).toBe(true);
  await eventually(() => expect(isRunning(pid)).toBe(false));
  const endedMs = performance.now() - deletedMs;
  // The hook took one of the two seconds; what has had its hook gets two more to end.
  expect(endedMs).toBeGreaterThan(1_950);
  expect(endedMs).toBeLessThan(4_000);
  await eventually(async () => expect(await region.pod("a")).toBeUndefined());
});

test("init containers run before the process starts, and a container that has completed is not started again", async () => {
  const initContainers = [{ name: "init", command: ["sleep", "1"] }];
  const region = startRegion({ ...scratch(), objects: [node, podWith({}, { initContainers, restartPolicy: "Never" })] });
  await eventually(async () => expect((await region.pod("a"))?.status?.initContainerStatuses).toMatchObject([{ state: { running: {} } }]));
  expect((await region.processes()).some(({ kind }) => kind === "pod")).toBe(false);
  const { pid } = await region.ready("pod", "a");
  process.kill(pid, "SIGKILL");
  await eventually(async () => expect((await region.pod("a"))?.status?.phase).toBe("Failed"));
  expect((await region.processes()).some(({ kind }) => kind === "pod")).toBe(false);
});
