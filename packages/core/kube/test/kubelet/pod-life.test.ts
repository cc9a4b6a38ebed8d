import { describe, expect, test } from "vitest";
import { buildPodStatus, deleted, nextTickMs, preStopEnded } from "../../src/index.ts";
import { Node, pod, web } from "./pods.ts";

const liveness = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };

describe("restarts", () => {
  test("at once, then after 10 s, doubled up to 5 min", () => {
    const subject = new Node(pod());
    const delays = Array.from({ length: 8 }, () => {
      subject.exit(1);
      return subject.life.delayMs / 1000;
    });
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  test.each([
    { name: "ten minutes of life clear the record", lifeSeconds: 600, code: 1, signal: null, expected: 0 },
    { name: "a minute does not", lifeSeconds: 60, code: 1, signal: null, expected: 10 },
    { name: "being killed from outside while serving is no failure", lifeSeconds: 1, code: null, signal: "SIGKILL", expected: 0 },
  ])("$name", ({ lifeSeconds, code, signal, expected }) => {
    const subject = new Node(pod()).exit(1).serve().until(lifeSeconds).exit(code, signal);
    expect(subject.life.delayMs / 1000).toBe(expected);
  });

  test("a kill that the liveness probe asked for is a failure", () => {
    const subject = new Node(pod({ containers: [{ ...web, livenessProbe: liveness }] }));
    subject.answers = { liveness: false };
    subject.exit(1).serve().exit(null, "SIGKILL");
    expect(subject.life).toMatchObject({ delayMs: 10_000, restarts: 2 });
  });

  test.each([
    { restartPolicy: "Always", code: 0, expected: "waiting" },
    { restartPolicy: "OnFailure", code: 0, expected: "finished" },
    { restartPolicy: "OnFailure", code: 3, expected: "waiting" },
    { restartPolicy: "Never", code: 3, expected: "finished" },
  ] as const)("restartPolicy $restartPolicy, exit code $code: $expected", ({ restartPolicy, code, expected }) => {
    const subject = new Node(pod({ restartPolicy })).serve().exit(code);
    expect([subject.life.stage.kind, subject.wants()]).toEqual([expected, expected === "waiting"]);
  });
});

describe("init containers", () => {
  const init = (name: string, command: string) => ({ name, image: "busybox", command: ["sh", "-c", command] });

  test("run one after the other, each as long as it sleeps; then the containers start", () => {
    const subject = new Node(pod({ initContainers: [init("a", "sleep 2"), init("b", "until nslookup db; do sleep 1; done")] }));
    expect(subject.wants()).toBe(false);
    expect(subject.until(1).life.stage).toMatchObject({ kind: "initializing", index: 0 });
    expect(subject.until(2).life.stage).toMatchObject({ kind: "initializing", index: 1 });
    expect([subject.wants(), subject.until(3).wants()]).toEqual([false, true]);
  });

  test("one that fails is run again with the same back-off, and nothing after it starts", () => {
    const subject = new Node(pod({ initContainers: [init("a", "exit"), init("b", "true")] }, { "loopway.dev/stub-init-exit": "a=1" }));
    subject.until(0);
    subject.until(25);
    expect(subject.life).toMatchObject({ stage: { kind: "initWaiting", index: 0, exitCode: 1 }, initRestarts: 2, delayMs: 20_000 });
  });

  test("one that fails under restartPolicy Never ends the pod", () => {
    const subject = new Node(pod({ restartPolicy: "Never", initContainers: [init("a", "true")] }, { "loopway.dev/stub-init-exit": "a=2" }));
    expect(subject.until(0).life.stage).toMatchObject({ kind: "finished", exitCode: 2 });
  });
});

describe("termination", () => {
  const serving = () => new Node(pod()).serve();
  const drop = (subject: Node, graceSeconds: number, hooks = 0) => {
    subject.life = deleted(subject.life, { graceSeconds, hooks }, subject.now);
    return subject;
  };

  test("without a hook the process is to end at once, and is killed when the grace period is over", () => {
    const subject = drop(serving(), 30);
    expect([subject.wants(), subject.life.termination?.killAtMs]).toEqual([false, 30_000]);
  });

  test("with a hook it serves on until the hook has ended; the grace period counts from the deletion", () => {
    const subject = drop(serving(), 30, 1).until(10);
    expect(subject.wants()).toBe(true);
    subject.life = preStopEnded(subject.life, subject.now);
    expect([subject.wants(), subject.life.termination?.killAtMs]).toEqual([false, 30_000]);
  });

  test("a hook that outlasts the grace period is not waited for, and leaves two seconds to SIGKILL", () => {
    const subject = drop(serving(), 5, 1).until(5);
    expect([subject.wants(), subject.life.termination?.killAtMs]).toEqual([false, 7_000]);
  });

  test("a second deletion can only shorten the grace period", () => {
    const subject = drop(drop(drop(serving(), 30, 1), 60, 1), 3, 1);
    expect(subject.life.termination).toEqual({ killAtMs: 3_000, hooksLeft: 1 });
  });

  test("a container that ends by itself meanwhile is not started again", () => {
    const subject = drop(serving(), 30, 1).exit(1);
    expect([subject.life.stage.kind, subject.wants()]).toEqual(["finished", false]);
  });

  test("hooks of a container that does not run are not run", () => {
    expect(drop(new Node(pod()), 30, 1).wants()).toBe(false);
  });

  test("readiness is probed on, liveness is not", () => {
    const probe = { httpGet: { port: 8080 }, periodSeconds: 1 };
    const subject = new Node(pod({ containers: [{ ...web, readinessProbe: probe, livenessProbe: probe }] })).serve();
    drop(subject, 30, 1).until(2);
    expect(subject.probes.slice(2)).toEqual(["1 readiness", "2 readiness"]);
    expect(nextTickMs(subject.life)).toBe(3000);
  });
});

test("what a new supervisor finds in the status counts as restarted, and what had finished stays so", () => {
  const ran = pod();
  ran.status = { phase: "Running", containerStatuses: [{ name: "web", ready: true, restartCount: 4 }] };
  expect(new Node(ran).life.restarts).toBe(5);
  const over = pod();
  over.status = { phase: "Succeeded" };
  expect(new Node(over).wants()).toBe(false);
  const place = { podIP: "127.98.1.20", hostIP: undefined };
  expect(buildPodStatus(over, new Node(over).life, { place, before: undefined, now: 0 }).phase).toBe("Succeeded");
});
