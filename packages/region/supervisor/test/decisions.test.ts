import { ObjectCache } from "@loopway/kube";
import type { AddressBinding, KubeObject, Pod, Probe } from "@loopway/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Member } from "../src/fleet.ts";
import { assignPodAddresses } from "../src/pod-addresses.ts";
import { buildPodStatus, type PodObservation } from "../src/pod-status.ts";
import { applyProbeResult, initialProbeState, isSuccessStatus, nextProbeMs, probePort, probeTimeoutMs } from "../src/probe-state.ts";
import { diffBindings } from "../src/publish-bindings.ts";
import { desiredProcesses } from "../src/registry.ts";
import { failuresAfter, HOP_RESTARTS, POD_RESTARTS, restartDelayMs } from "../src/restart-policy.ts";
import { loadBalancer, node, pod } from "./fixtures/region.ts";

function snapshot(...objects: KubeObject[]): ObjectCache {
  const cache = new ObjectCache();
  for (const object of objects) cache.put(object);
  return cache;
}

const owned = (name: string, set: string): Pod => {
  const plain = pod(name);
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: set, uid: set, controller: true }];
  return { ...plain, metadata: { ...plain.metadata, ownerReferences } };
};
const zone: KubeObject = {
  apiVersion: "route53.services.k8s.aws/v1alpha1",
  kind: "HostedZone",
  metadata: { name: "z", namespace: "kube-system" },
  spec: {},
};

describe("what the objects call for", () => {
  const keys = (...objects: KubeObject[]) => {
    const cache = snapshot(...objects);
    return desiredProcesses(cache, assignPodAddresses(cache, new Map())).map(({ key }) => key);
  };
  const always = ["control-plane", "collector", "client"];
  const network = { ...loadBalancer, spec: { type: "network", name: "lb" } };
  test.each([
    { name: "nothing: the region itself and the client", objects: [], expected: always },
    {
      name: "a hosted zone: one route53, however many zones",
      objects: [zone, { ...zone, metadata: { ...zone.metadata, name: "y" } }],
      expected: ["control-plane", "collector", "route53", "client"],
    },
    { name: "an application load balancer: an alb", objects: [loadBalancer], expected: [...always, "alb lb"] },
    { name: "a network load balancer: nothing yet", objects: [network], expected: always },
    {
      name: "a node: its kube-proxy, and the one of the ClusterIPs",
      objects: [node],
      expected: [...always, "kube-proxy node-a", "kube-proxy services"],
    },
    { name: "a pod on no node: nothing", objects: [{ ...pod("a"), spec: { containers: [] } }], expected: always },
    {
      name: "a pod that is to go: nothing",
      objects: [node, pod("a", { deletionTimestamp: "2026-01-01T00:00:00Z" })],
      expected: [...always, "kube-proxy node-a", "kube-proxy services"],
    },
  ])("$name", ({ objects, expected }) => expect(keys(...objects)).toEqual(expected));

  test("one pod of each ReplicaSet starts before the second of any", () => {
    const pods = [owned("a-1", "a"), owned("a-2", "a"), owned("b-1", "b"), owned("b-2", "b")];
    expect(keys(node, ...pods).filter((key) => key.startsWith("pod"))).toEqual(["pod a-1", "pod b-1", "pod a-2", "pod b-2"]);
  });
});

describe("addresses of pods", () => {
  const withIP = (name: string, podIP: string): Pod => ({ ...pod(name), status: { podIP } });
  const other = { ...pod("c"), spec: { ...pod("c").spec, nodeName: "unknown" } };
  test.each([
    {
      name: "are the lowest free ones of the node's range",
      pods: [pod("a"), pod("b")],
      before: {},
      expected: { a: "127.98.1.20", b: "127.98.1.21" },
    },
    {
      name: "stay what the status says",
      pods: [pod("a"), withIP("b", "127.98.1.20")],
      before: {},
      expected: { a: "127.98.1.21", b: "127.98.1.20" },
    },
    { name: "stay what was given before", pods: [pod("a")], before: { a: "127.98.1.99" }, expected: { a: "127.98.1.99" } },
    {
      name: "are not those of a process whose pod is gone",
      pods: [pod("a")],
      before: { gone: "127.98.1.20" },
      expected: { a: "127.98.1.21" },
    },
    { name: "are not given on an unknown node", pods: [other], before: {}, expected: {} },
  ])("$name", ({ pods, before, expected }) => {
    expect(Object.fromEntries(assignPodAddresses(snapshot(node, ...pods), new Map(Object.entries(before))))).toEqual(expected);
  });

  test("never collide, and 236 pods are the 235 addresses' end", () => {
    const pods = Array.from({ length: 236 }, (_, index) => pod(`p${index}`));
    const given = assignPodAddresses(snapshot(node, ...pods), new Map());
    expect(new Set(given.values()).size).toBe(235);
  });
});

describe("restarts", () => {
  test.each([
    { name: "a hop", policy: HOP_RESTARTS, delays: [0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] },
    { name: "a container", policy: POD_RESTARTS, delays: [0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000] },
  ])("$name is restarted at once, then after twice as long each time", ({ policy, delays }) => {
    expect(delays.map((_, index) => restartDelayMs(policy, index + 1))).toEqual(delays);
  });

  const exit = { lifeMs: 100, wasReady: true, signal: null };
  test.each([
    { name: "an early exit adds to the record", life: exit, expected: 4 },
    { name: "a life of 30 s clears it", life: { ...exit, lifeMs: 30_000 }, expected: 1 },
    { name: "being killed while serving is no failure", life: { ...exit, signal: "SIGKILL" }, expected: 1 },
    { name: "being killed before serving is one", life: { ...exit, signal: "SIGKILL", wasReady: false }, expected: 4 },
    { name: "a segmentation fault is one", life: { ...exit, signal: "SIGSEGV" }, expected: 4 },
  ])("$name", ({ life, expected }) => expect(failuresAfter(HOP_RESTARTS, 3, life)).toBe(expected));
});

describe("probes", () => {
  const readiness = (probe: Probe, results: string) =>
    [...results].reduce<{ state: typeof initialProbeState; seen: string }>(
      ({ state, seen }, result) => {
        const next = applyProbeResult(state, result === "+", probe);
        return { state: next, seen: seen + (next.isReady ? "R" : ".") };
      },
      { state: initialProbeState, seen: "" },
    ).seen;
  test.each([
    { name: "one success makes ready, three failures in a row unready", probe: {}, results: "-+--+---+", expected: ".RRRRRR.R" },
    { name: "successThreshold counts successes in a row", probe: { successThreshold: 2 }, results: "+-++", expected: "...R" },
    { name: "failureThreshold 1 forgives nothing", probe: { failureThreshold: 1 }, results: "+-+", expected: "R.R" },
  ])("$name", ({ probe, results, expected }) => expect(readiness(probe, results)).toBe(expected));

  test("quickly until the first success, then every periodSeconds (default 10)", () => {
    expect([nextProbeMs({}, false), nextProbeMs({}, true), nextProbeMs({ periodSeconds: 3 }, true)]).toEqual([100, 10_000, 3000]);
    expect([probeTimeoutMs({}), probeTimeoutMs({ timeoutSeconds: 5 })]).toEqual([1000, 5000]);
  });

  test("status 200 to 399 is a success", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => isSuccessStatus(status) === [2, 3].includes(Math.floor(status / 100))),
    );
  });

  test("a port may be named", () => {
    const ports = [{ name: "http", containerPort: 8080 }];
    expect([probePort(9, ports), probePort("http", ports), probePort("nope", ports)]).toEqual([9, 8080, undefined]);
  });
});

describe("status of a pod", () => {
  const running: PodObservation = {
    podIP: "127.98.1.20",
    hostIP: "127.98.1.10",
    startTime: "2026-01-01T00:00:00Z",
    state: { kind: "running", startedAt: "2026-01-01T00:00:01Z" },
    restartCount: 0,
    readyContainers: new Set(["web"]),
  };
  const now = "2026-01-01T00:01:00Z";
  const build = (observation: PodObservation, subject = pod("a")) => buildPodStatus(subject, observation, { before: undefined, now });
  const ready = (status: ReturnType<typeof build>) => status.conditions?.find(({ type }) => type === "Ready");
  const gated = (value: "True" | "False") => {
    const plain = pod("a");
    return {
      ...plain,
      spec: { ...plain.spec, readinessGates: [{ conditionType: "target-health.elbv2.k8s.aws/x" }] },
      status: { conditions: [{ type: "target-health.elbv2.k8s.aws/x", status: value }] },
    };
  };

  test("is Running and Ready when every container's probe holds", () => {
    const status = build(running);
    expect(status).toMatchObject({
      phase: "Running",
      podIP: "127.98.1.20",
      hostIP: "127.98.1.10",
      containerStatuses: [{ name: "web", ready: true, started: true }],
    });
    expect(ready(status)?.status).toBe("True");
  });

  test("names the containers that are not ready", () => {
    const condition = ready(build({ ...running, readyContainers: new Set() }));
    expect(condition).toMatchObject({ status: "False", reason: "ContainersNotReady", message: "containers with unready status: [web]" });
  });

  test("stays Pending until a container ran once", () => {
    const waiting = { ...running, state: { kind: "waiting", reason: "ContainerCreating" } as const, readyContainers: new Set<string>() };
    expect(build(waiting).phase).toBe("Pending");
  });

  test("is Ready only when its readiness gates are, and keeps conditions of others", () => {
    expect(ready(build(running, gated("False")))).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
    const open = build(running, gated("True"));
    expect(ready(open)?.status).toBe("True");
    expect(open.conditions?.at(-1)?.type).toBe("target-health.elbv2.k8s.aws/x");
  });

  test("a condition keeps its time until its status changes", () => {
    const before = build(running);
    const after = buildPodStatus(pod("a"), { ...running, readyContainers: new Set() }, { before, now: "2026-01-01T00:02:00Z" });
    const times = Object.fromEntries((after.conditions ?? []).map(({ type, lastTransitionTime }) => [type, lastTransitionTime]));
    expect(times).toEqual({ PodScheduled: now, Initialized: now, ContainersReady: "2026-01-01T00:02:00Z", Ready: "2026-01-01T00:02:00Z" });
  });
});

describe("address bindings", () => {
  const binding = { protocol: "tcp", virtual: { address: "127.12.0.1", port: 80 }, bound: { address: "127.0.0.1", port: 4000 } } as const;
  const key = "tcp 127.12.0.1:80";
  const member = (state: Member["state"], announced: string[]): Member => ({
    wish: { key: "alb lb", kind: "alb", name: "lb", order: 0, settings: {} },
    state,
    bindings: new Map([[key, binding]]),
    announced: new Set(announced),
    restarts: 0,
    failures: 0,
    sinceMs: 0,
    startedMs: 0,
  });
  const [object] = diffBindings([member("ready", [key])], []).put as [AddressBinding];

  test("an announcement becomes an object", () => {
    expect(object).toMatchObject({
      metadata: { name: "tcp-127.12.0.1-80" },
      spec: { address: "127.12.0.1", port: 80, boundAddress: "127.0.0.1", boundPort: 4000 },
    });
  });

  test.each([
    { name: "what exists as wished is left alone", members: [member("ready", [key])], observed: [object], expected: { put: 0, remove: 0 } },
    {
      name: "what changed is written",
      members: [member("ready", [key])],
      observed: [{ ...object, spec: { ...object.spec, boundPort: 1 } }],
      expected: { put: 1, remove: 0 },
    },
    {
      name: "a starting process keeps what its predecessor had",
      members: [member("starting", [])],
      observed: [object],
      expected: { put: 0, remove: 0 },
    },
    {
      name: "a serving one that is bound where it wished to be loses it",
      members: [member("ready", [])],
      observed: [object],
      expected: { put: 0, remove: 1 },
    },
    { name: "a process that is no longer wished for loses it", members: [], observed: [object], expected: { put: 0, remove: 1 } },
  ])("$name", ({ members, observed, expected }) => {
    const { put, remove } = diffBindings(members, observed);
    expect({ put: put.length, remove: remove.length }).toEqual(expected);
  });
});
