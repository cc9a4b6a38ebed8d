import { expect, test } from "vitest";
import { judgeEndpoints, type Place, type PlacedEndpoint, type TrafficPolicy } from "../src/index.ts";

interface Named extends PlacedEndpoint {
  name: string;
}

const READY = { ready: true, serving: true, terminating: false };
const NOT_READY = { ready: false, serving: false, terminating: false };
const LEAVING = { ready: false, serving: true, terminating: true };
const GONE = { ready: false, serving: false, terminating: true };

const at = (name: string, nodeName: string, conditions: PlacedEndpoint["conditions"] = READY): Named => ({ name, nodeName, conditions });
const forZone = (endpoint: Named, ...zones: string[]): Named => ({ ...endpoint, hints: { forZones: zones.map((name) => ({ name })) } });
const forNode = (endpoint: Named, node: string, zone: string): Named => ({
  ...endpoint,
  hints: { forNodes: [{ name: node }], forZones: [{ name: zone }] },
});

const a: Place = { node: "a", availabilityZone: "za" };
const outside: Place = {};

test.each<[name: string, endpoints: Named[], place: Place, policy: TrafficPolicy, expected: string]>([
  ["nobody at all is rejected", [], a, "Cluster", "reject"],
  ["nobody at all is rejected under Local too", [], a, "Local", "reject"],
  ["absent conditions mean ready", [{ name: "p" }, at("q", "b", NOT_READY)], a, "Cluster", "p"],
  ["the ready ones of all nodes", [at("p", "a"), at("q", "b"), at("r", "b", NOT_READY)], a, "Cluster", "p q"],
  ["terminating ones wait behind a ready one", [at("p", "a", LEAVING), at("q", "b")], a, "Cluster", "q"],
  ["where none is ready, those that serve while they terminate", [at("p", "a", LEAVING), at("q", "b", GONE)], a, "Cluster", "p"],
  ["nobody who serves is rejected", [at("p", "a", GONE), at("q", "b", NOT_READY)], a, "Cluster", "reject"],
  ["published ones are ready though they terminate", [at("p", "a", { ...LEAVING, ready: true })], a, "Cluster", "p"],

  ["Local: the node's own", [at("p", "a"), at("q", "b")], a, "Local", "p"],
  ["Local: elsewhere only is dropped", [at("q", "b")], a, "Local", "drop"],
  ["Local: elsewhere only, and leaving, is dropped too", [at("q", "b", LEAVING)], a, "Local", "drop"],
  ["Local falls back to its own leaving ones though others are ready", [at("p", "a", LEAVING), at("q", "b")], a, "Local", "p"],
  ["Local: own ones that do not serve are dropped", [at("p", "a", GONE), at("q", "b")], a, "Local", "drop"],
  ["Local from no node is dropped", [at("p", "a")], outside, "Local", "drop"],
  ["Local does not read hints", [forZone(at("p", "a"), "zb"), forZone(at("q", "b"), "za")], a, "Local", "p"],

  ["zone hints: those for this zone", [forZone(at("p", "a"), "za"), forZone(at("q", "b"), "zb")], a, "Cluster", "p"],
  ["an endpoint may be for several zones", [forZone(at("p", "b"), "za", "zb"), forZone(at("q", "b"), "zb")], a, "Cluster", "p"],
  ["one ready endpoint without a hint: all", [forZone(at("p", "a"), "za"), at("q", "b")], a, "Cluster", "p q"],
  ["hints of those that are not ready do not matter", [forZone(at("p", "a"), "za"), at("q", "b", NOT_READY)], a, "Cluster", "p"],
  ["no hint for this zone: all", [forZone(at("p", "b"), "zb"), forZone(at("q", "c"), "zc")], a, "Cluster", "p q"],
  ["from no node hints do not count", [forZone(at("p", "a"), "za"), forZone(at("q", "b"), "zb")], outside, "Cluster", "p q"],
  ["terminating fallback ignores hints", [forZone(at("p", "a", LEAVING), "za"), forZone(at("q", "b", LEAVING), "zb")], a, "Cluster", "p q"],
  ["node hints win over zone hints", [forNode(at("p", "a"), "a", "za"), forNode(at("q", "b"), "b", "za")], a, "Cluster", "p"],
  [
    "without a node hint for this node, those for its zone",
    [forNode(at("p", "b"), "b", "za"), forNode(at("q", "c"), "c", "zc")],
    a,
    "Cluster",
    "p",
  ],
])("%s", (_name, endpoints, place, policy, expected) => {
  const verdict = judgeEndpoints(endpoints, place, policy);
  expect(verdict.kind === "forward" ? verdict.endpoints.map(({ name }) => name).join(" ") : verdict.kind).toBe(expected);
});
