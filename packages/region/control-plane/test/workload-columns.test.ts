import { kindNamed } from "@loopway/model";
import { expect, test } from "vitest";
import { buildTable } from "../src/table/build-table.ts";

const now = Date.parse("2026-01-01T00:10:00Z");
const containers = [{ name: "app", image: "app:1" }];
const template = { spec: { containers } };
const selector = { matchLabels: { app: "web" } };
const target = (name: string, averageUtilization: number) => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization } },
});

/** The narrow columns, without name and age. */
const shown = (kind: string, object: object) => {
  const metadata = { name: "x", creationTimestamp: "2026-01-01T00:00:00Z" };
  const table = buildTable(kindNamed(kind), [{ kind, apiVersion: "v1", metadata, ...object } as never], { now, includeObject: "None" });
  const cells = table.columnDefinitions.map(({ name, priority }, index) => [name, priority, table.rows[0]?.cells[index]] as const);
  return Object.fromEntries(
    cells.filter(([name, priority]) => priority === 0 && name !== "Name" && name !== "Age").map(([name, , cell]) => [name, cell]),
  );
};

test.each<{ kind: string; name: string; object: object; expected: object }>([
  {
    kind: "StatefulSet",
    name: "half ready",
    object: { spec: { replicas: 2, selector, template }, status: { replicas: 2, readyReplicas: 1 } },
    expected: { Ready: "1/2" },
  },
  {
    kind: "DaemonSet",
    name: "on two of three nodes",
    object: {
      spec: { selector, template: { spec: { containers, nodeSelector: { disk: "ssd" } } } },
      status: { desiredNumberScheduled: 3, currentNumberScheduled: 2, numberReady: 1, updatedNumberScheduled: 2, numberAvailable: 1 },
    },
    expected: { Desired: 3, Current: 2, Ready: 1, "Up-to-date": 2, Available: 1, "Node Selector": "disk=ssd" },
  },
  {
    kind: "Job",
    name: "that runs",
    object: { spec: { completions: 3, template }, status: { succeeded: 1, startTime: "2026-01-01T00:09:30Z" } },
    expected: { Status: "Running", Completions: "1/3", Duration: "30s" },
  },
  {
    kind: "Job",
    name: "that is complete, with a work queue",
    object: {
      spec: { parallelism: 2, template },
      status: {
        succeeded: 1,
        startTime: "2026-01-01T00:00:00Z",
        completionTime: "2026-01-01T00:00:05Z",
        conditions: [{ type: "Complete", status: "True" }],
      },
    },
    expected: { Status: "Complete", Completions: "1/1 of 2", Duration: "5s" },
  },
  {
    kind: "HorizontalPodAutoscaler",
    name: "with one metric known and one unknown",
    object: {
      spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5, metrics: [target("cpu", 50), target("memory", 80)] },
      status: {
        currentReplicas: 2,
        currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 12, averageValue: "12m" } } }],
      },
    },
    expected: { Reference: "Deployment/web", Targets: "cpu: 12%/50%, memory: <unknown>/80%", MinPods: 1, MaxPods: 5, Replicas: 2 },
  },
  {
    kind: "PodDisruptionBudget",
    name: "by share",
    object: { spec: { maxUnavailable: "25%" }, status: { disruptionsAllowed: 1 } },
    expected: { "Min Available": "N/A", "Max Unavailable": "25%", "Allowed Disruptions": 1 },
  },
])("$kind $name", ({ kind, object, expected }) => expect(shown(kind, object)).toEqual(expected));
