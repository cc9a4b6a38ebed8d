import type { KubeObject } from "@loopway/model";
import { expect, test } from "vitest";
import { applyChanges } from "../src/apply-changes.ts";
import type { Change } from "../src/controller.ts";
import { deleteObject } from "../src/delete-object.ts";
import { isFailure } from "../src/failure.ts";
import { emptyState, type StoreState, transact } from "../src/store.ts";
import { configMap, deployment, NOW, pod, stateWith, testContext } from "./build.ts";

function apply(state: StoreState, ...changes: Change[]) {
  const result = applyChanges(state, changes, testContext());
  if (isFailure(result)) throw new Error(result.message);
  return result;
}

function refusal(state: StoreState, ...changes: Change[]) {
  const result = applyChanges(state, changes, testContext());
  return isFailure(result) ? { reason: result.reason, code: result.code, message: result.message } : "accepted";
}

const get = (state: StoreState, kind: string, name: string) => state.objects.get(kind, "default", name);

test("a new object gets uid, resourceVersion, generation and creationTimestamp", () => {
  const { state } = apply(emptyState(), { op: "create", object: configMap("a") });
  expect(get(state, "ConfigMap", "a")?.metadata).toEqual({
    name: "a",
    namespace: "default",
    uid: "uid-1",
    resourceVersion: "1",
    generation: 1,
    creationTimestamp: "2026-11-21T10:00:00Z",
  });
});

test("a name is generated from generateName", () => {
  const { events } = apply(emptyState(), { op: "create", object: configMap("", { metadata: { name: "", generateName: "a-" } }) });
  expect(events[0]?.object.metadata.name).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

const refusals: { name: string; state: StoreState; change: Change; expected: object }[] = [
  {
    name: "creating what exists",
    state: stateWith(deployment("web", 1)),
    change: { op: "create", object: deployment("web", 2) },
    expected: { reason: "AlreadyExists", code: 409, message: 'deployments.apps "web" already exists' },
  },
  {
    name: "updating what does not exist",
    state: emptyState(),
    change: { op: "update", object: pod("web") },
    expected: { reason: "NotFound", code: 404, message: 'pods "web" not found' },
  },
  {
    name: "updating an old version",
    state: stateWith(configMap("other"), deployment("web", 1)),
    change: { op: "update", object: { ...deployment("web", 2), metadata: { name: "web", namespace: "default", resourceVersion: "1" } } },
    expected: {
      reason: "Conflict",
      code: 409,
      message:
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    },
  },
  {
    name: "updating a successor of the same name",
    state: stateWith(pod("web")),
    change: { op: "updateStatus", object: { ...pod("web"), metadata: { name: "web", namespace: "default", uid: "gone" } } },
    expected: {
      reason: "Conflict",
      code: 409,
      message: 'Operation cannot be fulfilled on pods "web": Precondition failed: UID in precondition: gone, UID in object meta: uid-1',
    },
  },
  {
    name: "changing a Deployment's selector",
    state: stateWith(deployment("web", 1)),
    change: { op: "update", object: { ...deployment("web", 1), spec: { replicas: 1, selector: { matchLabels: { app: "b" } } } } },
    expected: {
      reason: "Invalid",
      code: 422,
      message: 'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable',
    },
  },
];

test.each(refusals)("$name is refused", ({ state, change, expected }) => {
  expect(refusal(state, change)).toEqual(expected);
});

test("a change of the spec raises the generation, one of metadata or status does not", () => {
  let state = stateWith(deployment("web", 1));
  const update = (object: KubeObject, op: "update" | "updateStatus") => {
    state = apply(state, { op, object }).state;
    return get(state, "Deployment", "web")?.metadata.generation;
  };
  expect(update({ ...deployment("web", 1), metadata: { name: "web", namespace: "default", labels: { a: "b" } } }, "update")).toBe(1);
  expect(update({ ...deployment("web", 1), status: { replicas: 1 } }, "updateStatus")).toBe(1);
  expect(update(deployment("web", 2), "update")).toBe(2);
});

test("for a kind without a spec the generation counts changes of its other fields", () => {
  const state = stateWith(configMap("a", { data: { x: "1" } }));
  const { state: next } = apply(state, { op: "update", object: configMap("a", { data: { x: "2" } }) });
  expect(get(next, "ConfigMap", "a")?.metadata.generation).toBe(2);
});

test("an update keeps the status, and updateStatus keeps everything else", () => {
  const first = apply(stateWith(deployment("web", 1)), {
    op: "updateStatus",
    object: { ...deployment("web", 9), status: { replicas: 1 } },
  });
  expect(get(first.state, "Deployment", "web")).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 } });
  const second = apply(first.state, { op: "update", object: { ...deployment("web", 2), status: { replicas: 7 } } });
  expect(get(second.state, "Deployment", "web")).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 } });
});

test("an update that changes nothing is no write", () => {
  const state = stateWith(deployment("web", 1));
  expect(apply(state, { op: "update", object: deployment("web", 1) })).toMatchObject({ events: [], state });
});

test("an object with finalizers stays until the last one is taken away", () => {
  const held = configMap("a", { metadata: { name: "a", finalizers: ["x/y"] } });
  const deleted = apply(stateWith(held), { op: "delete", kind: "ConfigMap", namespace: "default", name: "a" });
  expect(get(deleted.state, "ConfigMap", "a")?.metadata).toMatchObject({ deletionTimestamp: "2026-11-21T10:00:00Z", generation: 2 });
  const again = apply(deleted.state, { op: "delete", kind: "ConfigMap", namespace: "default", name: "a" });
  expect(again.events).toEqual([]);
  const released = apply(deleted.state, { op: "update", object: configMap("a") });
  expect(released.events.map(({ type }) => type)).toEqual(["DELETED"]);
  expect(get(released.state, "ConfigMap", "a")).toBeUndefined();
});

test("an update cannot set or take away the deletionTimestamp", () => {
  const named = configMap("a", { metadata: { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z" } });
  const { state } = apply(stateWith(configMap("a")), { op: "update", object: named });
  expect(get(state, "ConfigMap", "a")?.metadata.deletionTimestamp).toBeUndefined();
});

const graces: { name: string; object: KubeObject; asked?: number; expected: number | "removed" }[] = [
  { name: "a pod without a node goes at once", object: pod("p"), expected: "removed" },
  { name: "a pod on a node gets 30 s", object: pod("p", { nodeName: "n" }), expected: 30 },
  { name: "a pod may name its own grace", object: pod("p", { nodeName: "n", terminationGracePeriodSeconds: 5 }), expected: 5 },
  { name: "the request's grace wins", object: pod("p", { nodeName: "n", terminationGracePeriodSeconds: 5 }), asked: 2, expected: 2 },
  { name: "grace 0 removes", object: pod("p", { nodeName: "n" }), asked: 0, expected: "removed" },
  { name: "other kinds have no grace", object: configMap("p"), asked: 9, expected: "removed" },
];

test.each(graces)("$name", ({ object, asked, expected }) => {
  const result = transact(stateWith(object), testContext(), (draft) =>
    deleteObject(draft, { kind: object.kind, namespace: "default", name: "p", gracePeriodSeconds: asked }),
  );
  if (isFailure(result)) throw new Error(result.message);
  const { removed, object: left } = result.value;
  expect(removed ? "removed" : left.metadata.deletionGracePeriodSeconds).toBe(expected);
  if (typeof expected === "number") expect(Date.parse(left.metadata.deletionTimestamp ?? "")).toBe(NOW + expected * 1000);
});

test("force removes a pod that is ending", () => {
  const deletion: Change = { op: "delete", kind: "Pod", namespace: "default", name: "p" };
  const ending = apply(stateWith(pod("p", { nodeName: "n" })), deletion);
  expect(get(ending.state, "Pod", "p")?.metadata.deletionTimestamp).toBeDefined();
  expect(get(apply(ending.state, { ...deletion, force: true }).state, "Pod", "p")).toBeUndefined();
});

test("deleting what is absent, or is another by its uid, is no error", () => {
  const state = stateWith(configMap("a"));
  const absent: Change = { op: "delete", kind: "ConfigMap", namespace: "default", name: "b" };
  const other: Change = { op: "delete", kind: "ConfigMap", namespace: "default", name: "a", uid: "another" };
  expect(apply(state, absent, other).events).toEqual([]);
});

test("a namespace that spec.finalizers hold stays", () => {
  const namespace: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" }, spec: { finalizers: ["kubernetes"] } };
  const { state } = apply(stateWith(namespace), { op: "delete", kind: "Namespace", name: "n" });
  expect(state.objects.get("Namespace", undefined, "n")?.metadata.deletionTimestamp).toBeDefined();
  const { events } = apply(state, { op: "update", object: { ...namespace, spec: { finalizers: [] } } });
  expect(events[0]?.type).toBe("DELETED");
});

const service = (spec: object): KubeObject => ({ apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "default" }, spec });
const allocated = { type: "NodePort", clusterIP: "127.11.0.9", ports: [{ port: 80, nodePort: 30080 }] };

const ports = [{ port: 80, nodePort: 30080 }];
const local = { type: "LoadBalancer", externalTrafficPolicy: "Local", ports, clusterIP: "127.11.0.9", healthCheckNodePort: 31000 };

const allocations: { name: string; before?: object; next: object; expected: object }[] = [
  { name: "left out stays", next: { type: "NodePort", ports: [{ port: 80 }] }, expected: allocated },
  {
    name: "of a port that changes is free",
    next: { type: "NodePort", ports: [{ port: 81 }] },
    expected: { ...allocated, ports: [{ port: 81 }] },
  },
  {
    name: "is free when the type becomes ClusterIP",
    next: { type: "ClusterIP", ports: [{ port: 80 }] },
    expected: { type: "ClusterIP", clusterIP: "127.11.0.9", ports: [{ port: 80 }] },
  },
  {
    name: "left out stays, its healthCheckNodePort too",
    before: local,
    next: { ...local, healthCheckNodePort: 0, ports: [{ port: 80 }] },
    expected: local,
  },
  {
    name: "left out is not its healthCheckNodePort under policy Cluster",
    before: local,
    next: { type: "LoadBalancer", externalTrafficPolicy: "Cluster", ports },
    expected: { type: "LoadBalancer", externalTrafficPolicy: "Cluster", ports, clusterIP: "127.11.0.9" },
  },
];

test.each(allocations)("what was allocated to a Service and $name", ({ before = allocated, next, expected }) => {
  const { state } = apply(stateWith(service(before)), { op: "update", object: service(next) });
  expect(get(state, "Service", "s")?.spec).toEqual(expected);
});

test("a Service's clusterIP may not change", () => {
  const change: Change = { op: "update", object: service({ ...allocated, clusterIP: "127.11.0.10" }) };
  expect(refusal(stateWith(service(allocated)), change)).toMatchObject({
    code: 422,
    message: expect.stringContaining("may not change once set"),
  });
});

test.each<[string, object, object, string]>([
  [
    "may not change",
    local,
    { ...local, healthCheckNodePort: 31001 },
    'Service "s" is invalid: spec.healthCheckNodePort: Forbidden: field is immutable',
  ],
  ["may be set while there is none", { ...local, healthCheckNodePort: 0 }, local, "accepted"],
  ["goes with its policy", local, { ...local, externalTrafficPolicy: "Cluster", healthCheckNodePort: 0 }, "accepted"],
])("a Service's healthCheckNodePort %s", (_, before, after, expected) => {
  const result = refusal(stateWith(service(before)), { op: "update", object: service(after) });
  expect(typeof result === "string" ? result : result.message).toBe(expected);
});

test("repeats of an event are counted", () => {
  const about = configMap("a");
  const event: Change = { op: "event", type: "Warning", reason: "Bad", message: "no good", about, component: "test" };
  const { state } = apply(stateWith(about), event, event, { ...event, message: "worse" }, event);
  const events = state.objects.list("Event") as (KubeObject & { count: number; message: string })[];
  expect(events.map(({ message, count }) => ({ message, count })).sort((left, right) => left.count - right.count)).toEqual([
    { message: "worse", count: 1 },
    { message: "no good", count: 3 },
  ]);
});
