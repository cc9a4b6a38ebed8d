import type { Node, Pod } from "@loopway/model";
import { expect, test } from "vitest";
import { findNodes } from "../../src/scheduler/find-nodes.ts";
import { node } from "../objects.ts";

const tainted = (effect: string): Partial<Node> => ({ spec: { taints: [{ key: "gpu", value: "yes", effect }] } });
const podWith = (spec: object): Pod => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [], ...spec } });

const cases: [name: string, node: Partial<Node>, pod: object, refusal: string | undefined][] = [
  ["a ready node takes the pod", {}, {}, undefined],
  ["a cordoned node does not", { spec: { unschedulable: true } }, {}, "1 node(s) were unschedulable"],
  [
    "a node that is not ready does not",
    { status: { conditions: [{ type: "Ready", status: "False" }] } },
    {},
    "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }",
  ],
  ["nor one that never said so", { status: {} }, {}, "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }"],
  ["NoSchedule keeps pods away", tainted("NoSchedule"), {}, "1 node(s) had untolerated taint {gpu: yes}"],
  ["NoExecute does too", tainted("NoExecute"), {}, "1 node(s) had untolerated taint {gpu: yes}"],
  ["PreferNoSchedule does not", tainted("PreferNoSchedule"), {}, undefined],
  [
    "an equal toleration lets the pod in",
    tainted("NoSchedule"),
    { tolerations: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] },
    undefined,
  ],
  ["Exists needs no value", tainted("NoSchedule"), { tolerations: [{ key: "gpu", operator: "Exists" }] }, undefined],
  ["Exists without a key tolerates everything", tainted("NoExecute"), { tolerations: [{ operator: "Exists" }] }, undefined],
  [
    "a toleration of another value does not",
    tainted("NoSchedule"),
    { tolerations: [{ key: "gpu", value: "no" }] },
    "1 node(s) had untolerated taint {gpu: yes}",
  ],
  [
    "a toleration of another effect does not",
    tainted("NoExecute"),
    { tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }] },
    "1 node(s) had untolerated taint {gpu: yes}",
  ],
  ["a selector that fits", {}, { nodeSelector: { "topology.kubernetes.io/zone": "us-east-1a" } }, undefined],
  ["a selector that does not", {}, { nodeSelector: { disk: "ssd" } }, "1 node(s) didn't match Pod's node affinity/selector"],
  ["a full node does not", { status: { capacity: { pods: "3" }, conditions: [{ type: "Ready", status: "True" }] } }, {}, "1 Too many pods"],
];

test.each(cases)("%s", (_, shape, spec, refusal) => {
  const given = { ...node("node-a", "us-east-1a"), ...shape };
  const { feasible, refusals } = findNodes(podWith(spec), [given], () => 3);
  expect([feasible.length, ...refusals]).toEqual(refusal === undefined ? [1] : [0, refusal]);
});
