import type { Pod } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { buildPodStatus, type PodStatus } from "../../src/index.ts";
import { Node, pod, web } from "./pods.ts";

const place = { podIP: "127.98.1.20", hostIP: "127.98.1.10" };
const build = ({ life, now, pod: subject }: Node, before?: PodStatus) => buildPodStatus(subject, life, { place, before, now });
const condition = (status: PodStatus, type: string) => status.conditions?.find((each) => each.type === type);
const gated = (status: "True" | "False"): Pod => {
  const subject = pod({ readinessGates: [{ conditionType: "target-health.elbv2.k8s.aws/x" }] });
  return { ...subject, status: { conditions: [{ type: "target-health.elbv2.k8s.aws/x", status }] } };
};
const unready = () => {
  const subject = new Node(pod());
  subject.answers = { readiness: false };
  return subject.serve();
};

describe("status of a pod", () => {
  test("is Running and Ready when every container's probe holds", () => {
    const status = build(new Node(pod()).serve());
    expect(status).toMatchObject({
      phase: "Running",
      podIP: "127.98.1.20",
      hostIP: "127.98.1.10",
      containerStatuses: [{ name: "web", ready: true, started: true, state: { running: { startedAt: "1970-01-01T00:00:00Z" } } }],
    });
    expect(condition(status, "Ready")?.status).toBe("True");
  });

  test("names the containers that are not ready", () => {
    const message = "containers with unready status: [web]";
    expect(condition(build(unready()), "Ready")).toMatchObject({ status: "False", reason: "ContainersNotReady", message });
  });

  test("is Pending until a container ran once, and Running in the back-off", () => {
    expect(build(new Node(pod())).phase).toBe("Pending");
    expect(build(new Node(pod()).serve().exit(1).exit(1)).phase).toBe("Running");
  });

  test("is Ready only when its readiness gates are, and keeps conditions of others", () => {
    expect(condition(build(new Node(gated("False")).serve()), "Ready")).toMatchObject({
      status: "False",
      reason: "ReadinessGatesNotReady",
    });
    const open = build(new Node(gated("True")).serve());
    expect(condition(open, "Ready")?.status).toBe("True");
    expect(open.conditions?.at(-1)?.type).toBe("target-health.elbv2.k8s.aws/x");
  });

  test("a condition keeps its time until its status changes", () => {
    const subject = unready();
    const before = build(subject);
    subject.answers = {};
    const after = build(subject.until(60), before);
    const times = Object.fromEntries(
      (after.conditions ?? []).map(({ type, lastTransitionTime }) => [type, lastTransitionTime?.slice(14, 19)]),
    );
    expect(times).toEqual({ PodScheduled: "00:00", Initialized: "00:00", ContainersReady: "01:00", Ready: "01:00" });
  });

  test.each([
    {
      name: "the first crash: as it ended, since it is restarted at once",
      subject: new Node(pod()).serve().exit(3),
      state: { terminated: { exitCode: 3, reason: "Error" } },
    },
    {
      name: "the second: CrashLoopBackOff with the kubelet's words",
      subject: new Node(pod()).serve().exit(1).serve().exit(1),
      state: {
        waiting: {
          reason: "CrashLoopBackOff",
          message: "back-off 10s restarting failed container=web pod=web-1_default(u)",
        },
      },
    },
    {
      name: "restartPolicy Never: Completed",
      subject: new Node(pod({ restartPolicy: "Never" })).serve().exit(0),
      state: { terminated: { exitCode: 0, reason: "Completed" } },
    },
  ])("$name", ({ subject, state }) => expect(build(subject).containerStatuses).toMatchObject([{ ready: false, started: false, state }]));

  test("a container that runs again remembers how it ended", () => {
    expect(build(new Node(pod()).serve().exit(7).serve()).containerStatuses).toMatchObject([
      { restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 7 } } },
    ]);
  });

  test("a completed pod says so in its conditions and its phase", () => {
    const status = build(new Node(pod({ restartPolicy: "OnFailure" })).serve().exit(0));
    expect([status.phase, condition(status, "Ready")?.reason]).toEqual(["Succeeded", "PodCompleted"]);
  });

  test("init containers: one runs, the next waits, and the pod says which are left", () => {
    const init = (name: string) => ({ name, command: ["sleep", "1"] });
    const status = build(new Node(pod({ initContainers: [init("a"), init("b"), init("c")] })).until(1));
    expect(condition(status, "Initialized")).toMatchObject({ status: "False", message: "containers with incomplete status: [b c]" });
    expect(status.initContainerStatuses).toMatchObject([
      { ready: true, state: { terminated: { exitCode: 0 } } },
      { ready: false, state: { running: {} } },
      { ready: false, state: { waiting: { reason: "PodInitializing" } } },
    ]);
    expect(status.containerStatuses).toMatchObject([{ name: web.name, state: { waiting: { reason: "PodInitializing" } } }]);
  });
});
