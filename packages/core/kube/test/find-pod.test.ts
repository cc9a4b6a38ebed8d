import type { Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { findPod } from "../src/find-pod.ts";
import { ObjectCache } from "../src/object-cache.ts";

const pod = (namespace: string, name: string, { phase = "Running", leaves = false } = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name, ...(leaves ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}) },
  spec: { containers: [] },
  status: { phase: phase as "Running" },
});
const cache = new ObjectCache();
for (const each of [
  pod("default", "web-1-a", { leaves: true }),
  pod("default", "web-1-b", { phase: "Pending" }),
  pod("default", "web-1-c"),
  pod("default", "web-api"),
  pod("shop", "web"),
  pod("shop", "web-2"),
  pod("late", "job-x", { phase: "Pending" }),
])
  cache.put(each);

test.each([
  ["web", "default/web-1-c"],
  ["web-api", "default/web-api"],
  ["web-1-a", "default/web-1-a"],
  ["shop/web", "shop/web"],
  ["late/job", "late/job-x"],
  ["we", "there are web-1-a, web-1-b, web-1-c, web-api"],
  ["empty/web", "namespace empty has none"],
])("%s: %s", (key, expected) => {
  const found = findPod(cache, key);
  expect("pod" in found ? `${found.pod.metadata.namespace}/${found.pod.metadata.name}` : found.known).toBe(expected);
});
