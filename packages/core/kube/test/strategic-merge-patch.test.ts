import { expect, test } from "vitest";
import type { JsonObject } from "../src/json.ts";
import { strategicMergePatch } from "../src/strategic-merge-patch.ts";

interface Case {
  name: string;
  target: JsonObject;
  patch: JsonObject;
  expected: JsonObject;
}

const podSpec = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });

const cases: Case[] = [
  {
    name: "containers merge by name",
    target: podSpec({
      containers: [
        { name: "a", image: "1" },
        { name: "b", image: "1" },
      ],
    }),
    patch: podSpec({
      containers: [
        { name: "b", image: "2" },
        { name: "c", image: "3" },
      ],
    }),
    expected: podSpec({
      containers: [
        { name: "a", image: "1" },
        { name: "b", image: "2" },
        { name: "c", image: "3" },
      ],
    }),
  },
  {
    name: "$patch: delete takes one item away",
    target: podSpec({ containers: [{ name: "a" }, { name: "b" }] }),
    patch: podSpec({ containers: [{ name: "a", $patch: "delete" }] }),
    expected: podSpec({ containers: [{ name: "b" }] }),
  },
  {
    name: "$patch: replace in a list replaces the list",
    target: podSpec({ containers: [{ name: "a" }, { name: "b" }] }),
    patch: podSpec({ containers: [{ $patch: "replace" }, { name: "c" }] }),
    expected: podSpec({ containers: [{ name: "c" }] }),
  },
  {
    name: "$patch: replace in an object replaces the object",
    target: { spec: { strategy: { type: "RollingUpdate", rollingUpdate: {} } } },
    patch: { spec: { strategy: { $patch: "replace", type: "Recreate" } } },
    expected: { spec: { strategy: { type: "Recreate" } } },
  },
  {
    name: "$retainKeys drops the other fields of a union",
    target: { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
    patch: { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
    expected: { spec: { strategy: { type: "Recreate" } } },
  },
  {
    name: "$setElementOrder orders, and leaves the server's own items in their place",
    target: podSpec({ containers: [{ name: "a" }, { name: "injected" }, { name: "b" }] }),
    patch: podSpec({ "$setElementOrder/containers": [{ name: "b" }, { name: "a" }, { name: "c" }], containers: [{ name: "c" }] }),
    expected: podSpec({ containers: [{ name: "injected" }, { name: "b" }, { name: "a" }, { name: "c" }] }),
  },
  {
    name: "container ports merge by containerPort",
    target: podSpec({ containers: [{ name: "a", ports: [{ containerPort: 80, name: "http" }] }] }),
    patch: podSpec({ containers: [{ name: "a", ports: [{ containerPort: 80, name: "web" }, { containerPort: 81 }] }] }),
    expected: podSpec({ containers: [{ name: "a", ports: [{ containerPort: 80, name: "web" }, { containerPort: 81 }] }] }),
  },
  {
    name: "a Service's ports merge by port, so that an allocated nodePort stays",
    target: { spec: { ports: [{ port: 80, nodePort: 30080 }] } },
    patch: { spec: { ports: [{ port: 80, targetPort: 8080 }] } },
    expected: { spec: { ports: [{ port: 80, nodePort: 30080, targetPort: 8080 }] } },
  },
  {
    name: "env merges by name",
    target: podSpec({ containers: [{ name: "a", env: [{ name: "X", value: "1" }] }] }),
    patch: podSpec({ containers: [{ name: "a", env: [{ name: "Y", value: "2" }] }] }),
    expected: podSpec({
      containers: [
        {
          name: "a",
          env: [
            { name: "X", value: "1" },
            { name: "Y", value: "2" },
          ],
        },
      ],
    }),
  },
  {
    name: "conditions merge by type",
    target: {
      status: {
        conditions: [
          { type: "Ready", status: "False" },
          { type: "Initialized", status: "True" },
        ],
      },
    },
    patch: { status: { conditions: [{ type: "Ready", status: "True" }] } },
    expected: {
      status: {
        conditions: [
          { type: "Ready", status: "True" },
          { type: "Initialized", status: "True" },
        ],
      },
    },
  },
  {
    name: "finalizers are a set",
    target: { metadata: { finalizers: ["a"] } },
    patch: { metadata: { finalizers: ["a", "b"] } },
    expected: { metadata: { finalizers: ["a", "b"] } },
  },
  {
    name: "$deleteFromPrimitiveList takes items out of a set",
    target: { metadata: { finalizers: ["a", "b"] } },
    patch: { metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] } },
    expected: { metadata: { finalizers: ["b"] } },
  },
  {
    name: "an Ingress's rules are replaced whole",
    target: { spec: { rules: [{ host: "a" }, { host: "b" }] } },
    patch: { spec: { rules: [{ host: "c" }] } },
    expected: { spec: { rules: [{ host: "c" }] } },
  },
  {
    name: "null takes a field away",
    target: { metadata: { labels: { a: "1", b: "2" } } },
    patch: { metadata: { labels: { a: null } } },
    expected: { metadata: { labels: { b: "2" } } },
  },
];

test.each(cases)("$name", ({ target, patch, expected }) => {
  const before = structuredClone(target);
  expect(strategicMergePatch(target, patch)).toEqual(expected);
  expect(target).toEqual(before);
});
