import type { EndpointSlice, Pod, Service } from "@loopway/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildEndpoint, hasEndpoint } from "../../src/endpoint-slice/build-endpoint.ts";
import { endpointSliceController } from "../../src/endpoint-slice/reconcile.ts";
import { resolvePorts } from "../../src/endpoint-slice/resolve-ports.ts";
import { NAMESPACE, node, runPod, service, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

function pod(name: string, labels: Record<string, string>, containerPort = 8080): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: NAMESPACE, labels },
    spec: { nodeName: "node-a", containers: [{ name: "app", ports: [{ name: "http", containerPort }] }] },
    status: { phase: "Pending" },
  };
}

const web = { app: "web" };
const slices = (world: World) => world.list<EndpointSlice>("EndpointSlice");
const targets = (world: World) =>
  slices(world)
    .flatMap(({ endpoints }) => endpoints.map(({ targetRef }) => targetRef?.name))
    .sort();

function started(given: Service, names: string[] = ["web-1", "web-2"]): World {
  const world = createWorld([endpointSliceController]);
  world.create(...threeNodes, given, ...names.map((name) => pod(name, web)));
  for (const each of world.list<Pod>("Pod")) runPod(world, each, true);
  world.settle();
  return world;
}

const change = (world: World, change: (service: Service) => Service) => {
  const stored = world.get<Service>("Service", "web", NAMESPACE);
  if (stored !== undefined) world.apply({ op: "update", object: change(stored) });
  world.settle();
};

describe("the slice of a Service", () => {
  test("is named after it, labelled, owned, and holds the ready pods", () => {
    const world = started(service("web"));
    const [slice] = slices(world);
    expect(slice?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(slice).toMatchObject({
      metadata: {
        namespace: NAMESPACE,
        labels: { "kubernetes.io/service-name": "web", "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" },
        ownerReferences: [{ kind: "Service", name: "web", controller: true }],
      },
      addressType: "IPv4",
      ports: [{ name: "", port: 8080, protocol: "TCP" }],
    });
    expect(targets(world)).toEqual(["web-1", "web-2"]);
  });

  test("follows the Service's own labels, and tells that it is headless", () => {
    const world = started({ ...service("web", { clusterIP: "None" }), metadata: { ...service("web").metadata, labels: { team: "shop" } } });
    expect(slices(world)[0]?.metadata.labels).toMatchObject({ team: "shop", "service.kubernetes.io/headless": "" });
    change(world, (stored) => ({ ...stored, metadata: { ...stored.metadata, labels: { team: "pay" } } }));
    expect(slices(world).map(({ metadata }) => metadata.labels?.team)).toEqual(["pay"]);
  });

  test("is empty and without ports while no pod has an address, and the same one stays so", () => {
    const world = createWorld([endpointSliceController]);
    world.create(service("web"), pod("web-1", web));
    world.settle();
    expect(slices(world).map(({ endpoints, ports }) => [endpoints, ports])).toEqual([[[], []]]);
    const [before] = slices(world);
    world.create(pod("web-2", web));
    world.settle();
    expect(slices(world)).toEqual([before]);
  });

  test("is not written when nothing about its endpoints changed", () => {
    const world = started(service("web"));
    const [before] = slices(world);
    const [first] = world.list<Pod>("Pod");
    if (first !== undefined) runPod(world, first, true);
    world.apply({ op: "updateStatus", object: node("node-a", "us-east-1a") });
    world.settle();
    expect(slices(world)).toEqual([before]);
  });

  test("is mended when somebody deletes it or writes into it", () => {
    const world = started(service("web"));
    const [slice] = slices(world);
    world.apply({ op: "update", object: { ...slice, endpoints: [] } as unknown as EndpointSlice });
    world.settle();
    expect(targets(world)).toEqual(["web-1", "web-2"]);
    world.apply({ op: "delete", kind: "EndpointSlice", namespace: NAMESPACE, name: slices(world)[0]?.metadata.name ?? "" });
    world.settle();
    expect(targets(world)).toEqual(["web-1", "web-2"]);
  });

  test("is replaced when somebody takes its labels away", () => {
    const world = started(service("web"));
    const [slice] = slices(world);
    world.apply({ op: "update", object: { ...slice, metadata: { ...slice?.metadata, labels: {} } } as EndpointSlice });
    world.settle();
    expect(
      slices(world)
        .map(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"])
        .sort(),
    ).toEqual(["web", undefined]);
  });

  test("a pod that ends stays as terminating until it is gone", () => {
    const world = started(service("web"));
    world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name: "web-1" });
    world.settle();
    expect(slices(world)[0]?.endpoints.map(({ conditions }) => conditions)).toEqual([
      { ready: false, serving: true, terminating: true },
      { ready: true, serving: true, terminating: false },
    ]);
    world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name: "web-1", force: true });
    world.settle();
    expect(targets(world)).toEqual(["web-2"]);
  });

  test("pods that spell a named port differently stand in slices of their own", () => {
    const world = started(service("web", { ports: [{ port: 80, targetPort: "http" }] }), []);
    world.create(pod("web-1", web, 8080), pod("web-2", web, 9090));
    for (const each of world.list<Pod>("Pod")) runPod(world, each, true);
    world.settle();
    const rows = slices(world).map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.map(({ targetRef }) => targetRef?.name)]);
    expect(rows.sort()).toEqual([
      [8080, ["web-1"]],
      [9090, ["web-2"]],
    ]);
  });

  test("follows a node's availability zone", () => {
    const world = started(service("web"));
    expect(slices(world)[0]?.endpoints[0]?.zone).toBe("us-east-1a");
    world.apply({ op: "update", object: node("node-a", "us-east-1c") });
    world.settle();
    expect(slices(world)[0]?.endpoints[0]?.zone).toBe("us-east-1c");
  });

  test.each([
    { name: "loses the pods of a node that is deleted", spec: {}, expected: [] },
    { name: "keeps them with publishNotReadyAddresses", spec: { publishNotReadyAddresses: true }, expected: ["web-1", "web-2"] },
  ])("$name", ({ spec, expected }) => {
    const world = started(service("web", spec));
    world.apply({ op: "delete", kind: "Node", name: "node-a" });
    world.settle();
    expect(targets(world)).toEqual(expected);
    world.create({ apiVersion: "v1", kind: "Node", metadata: { name: "node-a" } });
    world.settle();
    expect(targets(world)).toEqual(["web-1", "web-2"]);
  });

  test("loses a pod whose labels change", () => {
    const world = started(service("web"));
    const [first] = world.list<Pod>("Pod");
    world.apply({ op: "update", object: { ...first, metadata: { ...first?.metadata, labels: { app: "other" } } } as Pod });
    world.settle();
    expect(targets(world)).toEqual(["web-2"]);
  });
});

describe("left alone", () => {
  test.each([
    ["a Service without a selector", service("web", { selector: {} })],
    ["an ExternalName", service("web", { type: "ExternalName", externalName: "db.example.com" })],
  ])("%s gets no slices", (_, given) => {
    expect(slices(started(given))).toEqual([]);
  });

  test("slices of other makers stay as they are", () => {
    const world = started(service("web"));
    const manual: EndpointSlice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "manual", namespace: NAMESPACE, labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["127.10.9.9"] }],
      ports: [],
    };
    world.create(manual);
    world.settle();
    expect(world.get<EndpointSlice>("EndpointSlice", "manual", NAMESPACE)?.endpoints).toEqual(manual.endpoints);
  });
});

test("after any changes the slices equal a naive recomputation", () => {
  const action = fc.record({
    kind: fc.constantFrom("add", "add", "ready", "unready", "delete", "end", "named port", "numbered port"),
    id: fc.nat(9),
    app: fc.constantFrom("web", "api"),
    settle: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const world = started(service("web"), []);
      world.create(service("api", { ports: [{ port: 80, targetPort: "http" }], publishNotReadyAddresses: true }));
      for (const { kind, id, app, settle } of actions) {
        const found = world.get<Pod>("Pod", `p${id}`, NAMESPACE);
        const remove = (force: boolean) => world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name: `p${id}`, force });
        if (kind === "add" && found === undefined) world.create(pod(`p${id}`, { app }, 8000 + (id % 3)));
        if ((kind === "ready" || kind === "unready") && found !== undefined) runPod(world, found, kind === "ready");
        if (kind === "delete" || kind === "end") remove(kind === "end");
        if (kind.endsWith("port")) {
          const stored = world.get<Service>("Service", app, NAMESPACE);
          const targetPort = kind === "named port" ? "http" : 8080;
          world.apply({ op: "update", object: { ...stored, spec: { ...stored?.spec, ports: [{ port: 80, targetPort }] } } as Service });
        }
        if (settle) world.settle();
      }
      world.settle();
      for (const each of world.list<Service>("Service")) {
        const rows = (all: readonly { ports?: unknown; endpoints: readonly unknown[] }[]) =>
          all.flatMap(({ ports, endpoints }) => endpoints.map((endpoint) => JSON.stringify([ports, endpoint]))).sort();
        const own = slices(world).filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === each.metadata.name);
        const naive = world
          .list<Pod>("Pod")
          .filter((each_) => each_.metadata.labels?.app === each.metadata.name && hasEndpoint(each_))
          .map((each_) => ({ ports: resolvePorts(each, each_), endpoints: [buildEndpoint(each_, each, world.get("Node", "node-a"))] }));
        expect(rows(own)).toEqual(rows(naive));
        expect(own.length).toBeGreaterThan(0);
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});
