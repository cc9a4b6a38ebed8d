import type { Node } from "@loopway/model";
import { expect, test } from "vitest";
import { zoneShares } from "../../src/endpoint-slice/zone-shares.ts";

/** "a 2000m": a node of zone a; "!" before it: not Ready; "*": of the control plane; "-" for no zone or no CPU. */
function node(text: string, index: number): Node {
  const [, mark, zone = "", cpu = ""] = /^([!*]?)(\S+) (\S+)$/.exec(text) ?? [];
  const labels = {
    ...(zone === "-" ? {} : { "topology.kubernetes.io/zone": zone }),
    ...(mark === "*" ? { "node-role.kubernetes.io/control-plane": "" } : {}),
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node-${index}`, labels },
    status: {
      conditions: [{ type: "Ready", status: mark === "!" ? "Unknown" : "True" }],
      ...(cpu === "-" ? {} : { allocatable: { cpu } }),
    },
  };
}

test.each<[string, string[], Record<string, number> | undefined]>([
  ["no node", [], undefined],
  ["one zone", ["a 1", "a 1"], undefined],
  ["equal zones", ["a 1000m", "b 1000m"], { a: 0.5, b: 0.5 }],
  ["more nodes in one zone", ["c 500m", "a 1", "c 500m", "b 2"], { a: 0.25, b: 0.5, c: 0.25 }],
  ["a node without a zone", ["a 1", "b 1", "- 1"], undefined],
  ["a node without CPU", ["a 1", "b 1", "b -"], undefined],
  ["a node that is not Ready counts for nothing", ["a 1", "b 1", "!c 1", "!- -"], { a: 0.5, b: 0.5 }],
  ["nor one of the control plane", ["a 1", "b 1", "*c 1"], { a: 0.5, b: 0.5 }],
])("%s", (_what, nodes, expected) => {
  const shares = zoneShares(nodes.map(node));
  expect(shares && Object.fromEntries(shares)).toEqual(expected);
});
