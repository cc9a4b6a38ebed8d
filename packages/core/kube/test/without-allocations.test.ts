import type { KubeObject } from "@loopway/model";
import { expect, test } from "vitest";
import { withoutAllocations } from "../src/without-allocations.ts";

const told = { name: "web", uid: "1" };
const written = { name: "web" };
const address = { clusterIP: "10.100.0.10", clusterIPs: ["10.100.0.10"] };
const headless = { clusterIP: "None", clusterIPs: ["None"] };

test.each<[string, KubeObject["metadata"], string, object, object]>([
  ["a Service of another cluster", told, "Service", { ...address, type: "ClusterIP" }, { type: "ClusterIP" }],
  ["a headless one", told, "Service", headless, headless],
  ["a Service that somebody wrote", written, "Service", address, address],
  ["a Pod of another cluster", told, "Pod", { nodeName: "ip-10-0-0-1", containers: [] }, { containers: [] }],
  ["a Pod that somebody wrote", written, "Pod", { nodeName: "ip-10-0-0-1" }, { nodeName: "ip-10-0-0-1" }],
  ["a Deployment", told, "Deployment", { replicas: 2 }, { replicas: 2 }],
])("%s", (_, metadata, kind, spec, expected) => {
  expect(withoutAllocations({ apiVersion: "v1", kind, metadata, spec } as KubeObject)).toEqual(expected);
});
