import type { Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { podColumns } from "../src/table/pod-columns.ts";

const now = Date.parse("2026-01-01T00:10:00Z");
const ended = (exitCode: number, reason: string) => ({ state: { terminated: { exitCode, reason } } });
const waiting = (reason: string) => ({ state: { waiting: { reason } } });
const running = { ready: true, state: { running: {} } };

const show = (status: object, rest: { nodeName?: string; deletionTimestamp?: string } = {}) => {
  const { nodeName, ...metadata } = rest;
  const named = (list: object[] = []) => list.map((each, index) => ({ name: `c${index}`, ready: false, restartCount: 0, ...each }));
  const { containerStatuses, initContainerStatuses, ...others } = status as {
    containerStatuses?: object[];
    initContainerStatuses?: object[];
  };
  const pod = {
    metadata: { name: "p", ...metadata },
    spec: { containers: [{ name: "c0" }], nodeName },
    status: { ...others, containerStatuses: named(containerStatuses), initContainerStatuses: named(initContainerStatuses) },
  } as unknown as Pod;
  const cell = (name: string) => podColumns.find((column) => column.name === name)?.cell(pod, now);
  return [cell("Status"), cell("Restarts")];
};

test.each([
  { name: "no node yet", shown: show({ phase: "Pending" }), expected: ["Pending", 0] },
  { name: "on a node that has said nothing", shown: show({ phase: "Pending" }, { nodeName: "n" }), expected: ["ContainerCreating", 0] },
  { name: "running", shown: show({ phase: "Running", containerStatuses: [running] }), expected: ["Running", 0] },
  {
    name: "in the back-off",
    shown: show({
      phase: "Running",
      containerStatuses: [
        { ...waiting("CrashLoopBackOff"), restartCount: 3, lastState: { terminated: { finishedAt: "2026-01-01T00:05:00Z" } } },
      ],
    }),
    expected: ["CrashLoopBackOff", "3 (5m ago)"],
  },
  { name: "completed", shown: show({ phase: "Succeeded", containerStatuses: [ended(0, "Completed")] }), expected: ["Completed", 0] },
  { name: "failed", shown: show({ phase: "Failed", containerStatuses: [ended(1, "Error")] }), expected: ["Error", 0] },
  {
    name: "one container completed, another runs",
    shown: show({
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [ended(0, "Completed"), running],
    }),
    expected: ["Running", 0],
  },
  {
    name: "the first of two init containers runs",
    shown: show({
      initContainerStatuses: [{ state: { running: {} } }, waiting("PodInitializing")],
      containerStatuses: [waiting("PodInitializing")],
    }),
    expected: ["Init:0/2", 0],
  },
  {
    name: "the second waits for its turn",
    shown: show({ initContainerStatuses: [ended(0, "Completed"), waiting("PodInitializing")] }),
    expected: ["Init:1/2", 0],
  },
  { name: "an init container failed", shown: show({ initContainerStatuses: [ended(1, "Error")] }), expected: ["Init:Error", 0] },
  {
    name: "and again",
    shown: show({ initContainerStatuses: [{ ...waiting("CrashLoopBackOff"), restartCount: 2 }] }),
    expected: ["Init:CrashLoopBackOff", 2],
  },
  {
    name: "between init containers and containers",
    shown: show({ containerStatuses: [waiting("PodInitializing")] }),
    expected: ["PodInitializing", 0],
  },
  {
    name: "on its way out",
    shown: show({ phase: "Running", containerStatuses: [running] }, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    expected: ["Terminating", 0],
  },
  {
    name: "on its way out from a node that is lost",
    shown: show({ phase: "Running", reason: "NodeLost" }, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    expected: ["Unknown", 0],
  },
  { name: "evicted", shown: show({ phase: "Failed", reason: "Evicted" }), expected: ["Evicted", 0] },
])("a pod $name: $expected", ({ shown, expected }) => expect(shown).toEqual(expected));
