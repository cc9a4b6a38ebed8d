import { describe, expect, test } from "vitest";
import { buildPodStatus, type PodObservation } from "../src/kubelet/pod-status.ts";
import { pod } from "./fixtures/objects.ts";

describe("status of a pod", () => {
  const running: PodObservation = {
    podIP: "127.98.1.20",
    hostIP: "127.98.1.10",
    startTime: "2026-01-01T00:00:00Z",
    state: { kind: "running", startedAt: "2026-01-01T00:00:01Z" },
    restartCount: 0,
    readyContainers: new Set(["web"]),
  };
  const now = "2026-01-01T00:01:00Z";
  const build = (observation: PodObservation, subject = pod("a")) => buildPodStatus(subject, observation, { before: undefined, now });
  const ready = (status: ReturnType<typeof build>) => status.conditions?.find(({ type }) => type === "Ready");
  const gated = (value: "True" | "False") => {
    const plain = pod("a");
    return {
      ...plain,
      spec: { ...plain.spec, readinessGates: [{ conditionType: "target-health.elbv2.k8s.aws/x" }] },
      status: { conditions: [{ type: "target-health.elbv2.k8s.aws/x", status: value }] },
    };
  };

  test("is Running and Ready when every container's probe holds", () => {
    const status = build(running);
    expect(status).toMatchObject({
      phase: "Running",
      podIP: "127.98.1.20",
      hostIP: "127.98.1.10",
      containerStatuses: [{ name: "web", ready: true, started: true }],
    });
    expect(ready(status)?.status).toBe("True");
  });

  test("names the containers that are not ready", () => {
    const condition = ready(build({ ...running, readyContainers: new Set() }));
    expect(condition).toMatchObject({ status: "False", reason: "ContainersNotReady", message: "containers with unready status: [web]" });
  });

  test("stays Pending until a container ran once", () => {
    const waiting = { ...running, state: { kind: "waiting", reason: "ContainerCreating" } as const, readyContainers: new Set<string>() };
    expect(build(waiting).phase).toBe("Pending");
  });

  test("is Ready only when its readiness gates are, and keeps conditions of others", () => {
    expect(ready(build(running, gated("False")))).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
    const open = build(running, gated("True"));
    expect(ready(open)?.status).toBe("True");
    expect(open.conditions?.at(-1)?.type).toBe("target-health.elbv2.k8s.aws/x");
  });

  test("a condition keeps its time until its status changes", () => {
    const before = build(running);
    const after = buildPodStatus(pod("a"), { ...running, readyContainers: new Set() }, { before, now: "2026-01-01T00:02:00Z" });
    const times = Object.fromEntries((after.conditions ?? []).map(({ type, lastTransitionTime }) => [type, lastTransitionTime]));
    expect(times).toEqual({ PodScheduled: now, Initialized: now, ContainersReady: "2026-01-01T00:02:00Z", Ready: "2026-01-01T00:02:00Z" });
  });
});
