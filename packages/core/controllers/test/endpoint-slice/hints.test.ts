/** Hints of slices as pods, nodes and annotations come and go, and the Events about them. */
import type { EndpointSlice, Node, Pod, Service } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { endpointSliceController } from "../../src/endpoint-slice/reconcile.ts";
import { NAMESPACE, runPod, service, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const AUTO = { "service.kubernetes.io/topology-mode": "Auto" };
const ENABLED = "TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4";
const DISABLED = "TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4";
const tooFew = (endpoints: number, zones = 3) =>
  `TopologyAwareHintsDisabled: Insufficient number of endpoints (${endpoints} endpoints, ${zones} zones), addressType: IPv4`;

const withCpu = (node: Node, cpu = "2"): Node => ({ ...node, status: { ...node.status, allocatable: { cpu } } });

/** Pods "web-0" and so on, on the nodes named by their letters. */
function start(nodes: string, annotations: Record<string, string> = AUTO, spec: Partial<Service["spec"]> = {}): World {
  const world = createWorld([endpointSliceController]);
  const { metadata, ...rest } = service("web", spec);
  world.create(...threeNodes.map((node) => withCpu(node)), { ...rest, metadata: { ...metadata, annotations } } as Service);
  for (const [index, letter] of [...nodes].entries()) addPod(world, `web-${index}`, letter);
  for (const pod of world.list<Pod>("Pod")) runPod(world, pod, true);
  world.settle();
  return world;
}

function addPod(world: World, name: string, letter: string): void {
  world.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, labels: { app: "web" } },
    spec: { nodeName: `node-${letter}`, containers: [{ name: "app" }] },
    status: { phase: "Pending" },
  } as Pod);
}

const annotate = (world: World, annotations: Record<string, string>) => {
  const stored = world.get<Service>("Service", "web", NAMESPACE);
  if (stored !== undefined) world.apply({ op: "update", object: { ...stored, metadata: { ...stored.metadata, annotations } } as Service });
  world.settle();
};
const changeNode = (world: World, letter: string, change: (node: Node) => Node) => {
  const stored = world.get<Node>("Node", `node-${letter}`);
  if (stored !== undefined) world.apply({ op: "updateStatus", object: change(stored) });
  world.settle();
};
const notReady = (node: Node): Node => ({ ...node, status: { ...node.status, conditions: [{ type: "Ready", status: "Unknown" }] } });

/** "a→a b→b": zone and hint of each endpoint. */
const hints = (world: World) =>
  world
    .list<EndpointSlice>("EndpointSlice")
    .flatMap(({ endpoints }) =>
      endpoints.map(({ zone, hints }) => `${zone?.at(-1)}→${hints?.forZones?.map(({ name }) => name.at(-1)) ?? ""}`),
    )
    .sort()
    .join(" ");

describe("topology-mode Auto", () => {
  test("hints every endpoint, in proportion to the zones' CPU", () => {
    const world = start("aaabbc");
    expect(hints(world)).toBe("a→a a→a a→c b→b b→b c→c");
    expect(world.eventsAbout("Service")).toContain(ENABLED);
  });

  test("follows a node's CPU, once the hints that there are leave a zone too few", () => {
    const world = start("aaaabbbbcccc");
    const own = "a→a a→a a→a a→a b→b b→b b→b b→b c→c c→c c→c c→c";
    expect(hints(world)).toBe(own);
    changeNode(world, "a", (node) => withCpu(node, "4"));
    expect(hints(world)).toBe(own);
    changeNode(world, "a", (node) => withCpu(node, "12"));
    expect(hints(world)).toBe("a→a a→a a→a a→a b→a b→a b→b b→b c→a c→a c→c c→c");
  });

  test("gives no hints where a zone would have too few endpoints, and gives them when there are more", () => {
    const world = start("ab");
    expect(hints(world)).toBe("a→ b→");
    expect(world.eventsAbout("Service")).toEqual([tooFew(2)]);
    addPod(world, "web-9", "c");
    for (const pod of world.list<Pod>("Pod")) runPod(world, pod, true);
    world.settle();
    expect(hints(world)).toBe("a→a b→b c→c");
    expect(world.eventsAbout("Service")).toContain(ENABLED);
  });

  test("takes them back when a pod is no longer ready", () => {
    const world = start("abc");
    const [pod] = world.list<Pod>("Pod");
    if (pod !== undefined) runPod(world, pod, false);
    world.settle();
    expect(hints(world)).toBe("a→ b→ c→");
    expect(world.eventsAbout("Service").sort()).toEqual([tooFew(2), ENABLED].sort());
  });

  test("takes them back when a node says nothing of its CPU, and leaves a node out that is not Ready", () => {
    const world = start("aabbcc");
    changeNode(world, "c", ({ status, ...node }) => ({ ...node, status: { ...status, allocatable: {} } }));
    expect(hints(world)).toBe("a→ a→ b→ b→ c→ c→");
    expect(world.eventsAbout("Service")).toContain(
      "TopologyAwareHintsDisabled: Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4",
    );
    changeNode(world, "c", notReady);
    expect(hints(world)).toBe("a→a a→a b→b b→b c→c c→c");
  });

  test("takes them back with the annotation", () => {
    const world = start("abc");
    annotate(world, {});
    expect(hints(world)).toBe("a→ b→ c→");
    expect(world.eventsAbout("Service")).toContain(DISABLED);
  });

  test("wins over trafficDistribution, which has its turn without it", () => {
    const world = start("ab", AUTO, { trafficDistribution: "PreferClose" });
    expect(hints(world)).toBe("a→ b→");
    annotate(world, {});
    expect(hints(world)).toBe("a→a b→b");
    expect(world.eventsAbout("Service")).toEqual([tooFew(2)]);
  });

  test("a new pod changes no hint of the others, beyond the slice that it comes into", () => {
    const world = start("a".repeat(40) + "b".repeat(40) + "c".repeat(40));
    const before = world.list<EndpointSlice>("EndpointSlice");
    addPod(world, "web-new", "a");
    for (const pod of world.list<Pod>("Pod").filter(({ metadata }) => metadata.name === "web-new")) runPod(world, pod, true);
    world.settle();
    const after = world.list<EndpointSlice>("EndpointSlice");
    expect(after.filter((slice) => before.includes(slice))).toHaveLength(before.length - 1);
    expect(after.flatMap(({ endpoints }) => endpoints).every(({ hints }) => hints !== undefined)).toBe(true);
  });
});
