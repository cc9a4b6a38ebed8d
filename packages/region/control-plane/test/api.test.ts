import { eventually } from "@loopway/testkit";
import { expect, test } from "vitest";
import { startControlPlane } from "./control-plane.ts";
import { CONFIG_MAPS, configMap, DEPLOYMENTS, deployment, SERVICES, service, TABLE } from "./objects.ts";

const MERGE = { "content-type": "application/merge-patch+json" };
const STRATEGIC = { "content-type": "application/strategic-merge-patch+json" };

test("an object is created, read, replaced, patched, listed and deleted", async () => {
  const { send } = await startControlPlane();
  const created = await send("POST", CONFIG_MAPS, configMap("a", { x: "1" }, { app: "web" }));
  expect(created).toMatchObject({ code: 201, body: { metadata: { name: "a", namespace: "default", generation: 1 }, data: { x: "1" } } });
  expect((await send("GET", `${CONFIG_MAPS}/a`)).body).toEqual(created.body);

  const replaced = await send("PUT", `${CONFIG_MAPS}/a`, { ...created.body, data: { x: "2" } });
  expect(replaced).toMatchObject({ code: 200, body: { data: { x: "2" }, metadata: { uid: created.body.metadata.uid } } });
  expect(await send("PUT", `${CONFIG_MAPS}/a`, created.body)).toMatchObject({ code: 409, body: { reason: "Conflict" } });

  const merged = await send("PATCH", `${CONFIG_MAPS}/a`, { data: { x: null, y: "3" } }, MERGE);
  expect(merged).toMatchObject({ code: 200, body: { data: { y: "3" } } });
  const operations = [{ op: "replace", path: "/data/y", value: "4" }];
  const patched = await send("PATCH", `${CONFIG_MAPS}/a`, operations, { "content-type": "application/json-patch+json" });
  expect(patched).toMatchObject({ code: 200, body: { data: { y: "4" } } });

  await send("POST", CONFIG_MAPS, configMap("b"));
  const names = async (query: string) =>
    (await send("GET", `${CONFIG_MAPS}?${query}`)).body.items.map((item: typeof created.body) => item.metadata.name);
  expect(await names("")).toEqual(["a", "b"]);
  expect(await names("labelSelector=app%3Dweb")).toEqual(["a"]);
  expect(await names("fieldSelector=metadata.name%3Db&limit=500&resourceVersion=0")).toEqual(["b"]);

  const deleted = await send("DELETE", `${CONFIG_MAPS}/a`, { propagationPolicy: "Background" });
  expect(deleted).toMatchObject({ code: 200, body: { kind: "Status", status: "Success", details: { name: "a", kind: "configmaps" } } });
  expect(await send("GET", `${CONFIG_MAPS}/a`)).toEqual({
    code: 404,
    headers: expect.anything(),
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'configmaps "a" not found',
      reason: "NotFound",
      details: { name: "a", kind: "configmaps" },
      code: 404,
    },
  });
});

test("a deletecollection deletes what its selector selects", async () => {
  const { send } = await startControlPlane();
  for (const name of ["a", "b"]) await send("POST", CONFIG_MAPS, configMap(name, {}, { app: name }));
  expect((await send("DELETE", `${CONFIG_MAPS}?labelSelector=app%3Da`)).body.items).toHaveLength(1);
  expect((await send("GET", CONFIG_MAPS)).body.items).toHaveLength(1);
});

test("status and scale are written apart from the spec", async () => {
  const { send } = await startControlPlane();
  const created = await send("POST", DEPLOYMENTS, { ...deployment("web", { paused: true }), status: { replicas: 9 } });
  expect(created.body.status).toBeUndefined();
  const status = await send("PATCH", `${DEPLOYMENTS}/web/status`, { spec: { replicas: 7 }, status: { observedGeneration: 1 } }, MERGE);
  expect(status.body).toMatchObject({ spec: { replicas: 1 }, status: { observedGeneration: 1 } });
  expect((await send("GET", `${DEPLOYMENTS}/web/scale`)).body).toMatchObject({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    spec: { replicas: 1 },
    status: { selector: "app=web" },
  });
  expect(await send("PATCH", `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }, MERGE)).toMatchObject({
    code: 200,
    body: { kind: "Scale", spec: { replicas: 5 } },
  });
  expect((await send("GET", `${DEPLOYMENTS}/web`)).body.spec.replicas).toBe(5);
  expect(await send("PATCH", `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }, MERGE)).toMatchObject({ code: 422 });
});

test("a strategic merge patch keeps what it does not name; AWS kinds have none", async () => {
  const { send } = await startControlPlane();
  await send("POST", SERVICES, service("web", { type: "NodePort", ports: [{ port: 80, nodePort: 30123 }] }));
  const patched = await send("PATCH", `${SERVICES}/web`, { spec: { ports: [{ port: 80, targetPort: 8080 }] } }, STRATEGIC);
  expect(patched.body.spec.ports).toMatchObject([{ port: 80, nodePort: 30123, targetPort: 8080 }]);
  const rules = "/apis/elbv2.services.k8s.aws/v1alpha1/namespaces/kube-system/rules";
  expect(await send("PATCH", `${rules}/x`, {}, STRATEGIC)).toMatchObject({ code: 415, body: { reason: "UnsupportedMediaType" } });
});

test("a nodePort or an address that another Service has is refused with 422, and nothing is written", async () => {
  const { send } = await startControlPlane();
  const ports = [{ port: 80, nodePort: 30080 }];
  await send("POST", SERVICES, service("first", { type: "NodePort", ports }));
  const first = await eventually(async () => {
    const { body } = await send("GET", `${SERVICES}/first`);
    expect(body.spec.clusterIP).toBeTypeOf("string");
    return body;
  });
  const address = first.spec.clusterIP;
  const taken = 'Service "second" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated';
  const second = service("second", { type: "NodePort", ports });
  expect(await send("POST", `${SERVICES}?dryRun=All`, second)).toMatchObject({ code: 422, body: { message: taken } });
  expect(await send("POST", SERVICES, second)).toMatchObject({ code: 422, body: { reason: "Invalid", message: taken } });
  expect((await send("GET", `${SERVICES}/second`)).code).toBe(404);
  expect(await send("POST", SERVICES, service("second", { clusterIP: address }))).toMatchObject({
    code: 422,
    body: {
      message: `Service "second" is invalid: spec.clusterIPs: Invalid value: ["${address}"]: failed to allocate IP ${address}: provided IP is already allocated`,
    },
  });

  const free = [{ port: 80, nodePort: 30081 }];
  await send("POST", SERVICES, service("second", { type: "NodePort", ports: free }));
  expect(await send("PATCH", `${SERVICES}/second`, { spec: { ports } }, MERGE)).toMatchObject({ code: 422, body: { message: taken } });
  expect((await send("GET", `${SERVICES}/second`)).body.spec.ports).toMatchObject(free);
  expect((await send("PUT", `${SERVICES}/first`, { ...first, spec: { ...first.spec, selector: { app: "other" } } })).code).toBe(200);

  const racing = await Promise.all(
    ["a", "b", "c"].map((name) => send("POST", SERVICES, service(name, { ports: [{ port: 80, nodePort: 30090 }] }))),
  );
  expect(racing.map(({ code }) => code).sort()).toEqual([201, 422, 422]);
});

test("a healthCheckNodePort: one that is taken is refused, a change is forbidden, and it goes with its policy", async () => {
  const { send } = await startControlPlane();
  const checkedAt = (name: string, healthCheckNodePort: number) =>
    service(name, { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort, ports: [{ port: 80 }] });
  const why = (reason: string) => ({
    code: 422,
    body: {
      message: expect.stringContaining(`spec.healthCheckNodePort: ${reason}`),
      details: { causes: [{ field: "spec.healthCheckNodePort" }] },
    },
  });
  const isTaken = (port: number) => why(`Invalid value: ${port}: provided port is already allocated`);
  await send("POST", SERVICES, service("open", { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] }));
  expect((await send("POST", SERVICES, checkedAt("first", 31000))).code).toBe(201);
  expect(await send("POST", SERVICES, checkedAt("second", 31000))).toMatchObject(isTaken(31000));
  expect(await send("POST", SERVICES, checkedAt("second", 30080))).toMatchObject(isTaken(30080));
  expect((await send("GET", `${SERVICES}/second`)).code).toBe(404);
  expect(await send("POST", SERVICES, service("web", { type: "NodePort", ports: [{ port: 80, nodePort: 31000 }] }))).toMatchObject({
    code: 422,
    body: { details: { causes: [{ field: "spec.ports[0].nodePort" }] } },
  });

  const patch = (spec: object) => send("PATCH", `${SERVICES}/first`, { spec }, MERGE);
  expect(await patch({ healthCheckNodePort: 31001 })).toMatchObject(why("Forbidden: field is immutable"));
  expect((await patch({ healthCheckNodePort: null })).body.spec.healthCheckNodePort).toBe(31000);
  const withoutPolicy = await patch({ externalTrafficPolicy: "Cluster" });
  expect(withoutPolicy).toMatchObject({ code: 200, body: { spec: { externalTrafficPolicy: "Cluster" } } });
  expect(withoutPolicy.body.spec.healthCheckNodePort).toBeUndefined();
  expect(await patch({ healthCheckNodePort: 31000 })).toMatchObject(why("Invalid value: 31000: may only be set when"));
  expect((await send("POST", SERVICES, checkedAt("second", 31000))).code).toBe(201);
});

test("dryRun=All computes and forgets", async () => {
  const { send } = await startControlPlane();
  expect((await send("POST", `${CONFIG_MAPS}?dryRun=All`, configMap("a"))).code).toBe(201);
  expect((await send("GET", `${CONFIG_MAPS}/a`)).code).toBe(404);
});

test("an orphaning delete leaves dependents without their owner", async () => {
  const { send } = await startControlPlane();
  const owner = await send("POST", CONFIG_MAPS, configMap("owner"));
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.body.metadata.uid };
  await send("POST", CONFIG_MAPS, { ...configMap("owned"), metadata: { name: "owned", ownerReferences: [reference] } });
  await send("DELETE", `${CONFIG_MAPS}/owner`, { propagationPolicy: "Orphan" });
  expect((await send("GET", `${CONFIG_MAPS}/owned`)).body.metadata.ownerReferences).toEqual([]);
});

test("a namespace goes with everything in it", async () => {
  const { send } = await startControlPlane();
  await send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
  await send("POST", "/api/v1/namespaces/team/configmaps", configMap("a"));
  const watching = await send("GET", "/api/v1/namespaces/team");
  expect(watching.body).toMatchObject({ spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } });
  await send("DELETE", "/api/v1/namespaces/team");
  await eventually(async () => expect((await send("GET", "/api/v1/namespaces/team")).code).toBe(404));
  expect((await send("GET", "/api/v1/configmaps")).body.items).toEqual([]);
  expect(await send("POST", "/api/v1/namespaces/team/configmaps", configMap("b"))).toMatchObject({
    code: 404,
    body: { message: 'namespaces "team" not found' },
  });
});

test("the cluster starts with namespaces, a node per availability zone and the class alb", async () => {
  const { send } = await startControlPlane();
  const rows = async (path: string) => {
    const { body } = await send("GET", path, undefined, TABLE);
    return body.rows.map(({ cells }: { cells: string[] }) => cells);
  };
  expect((await rows("/api/v1/namespaces")).map(([name]: string[]) => name)).toEqual(["default", "kube-public", "kube-system"]);
  const nodes = await send("GET", "/api/v1/nodes");
  expect(
    nodes.body.items.map(({ metadata, spec, status }: typeof nodes.body) => [metadata.name, spec.podCIDR, status.addresses[0].address]),
  ).toEqual([
    ["ip-127-10-1-10.ec2.internal", "127.10.1.0/24", "127.10.1.10"],
    ["ip-127-10-2-10.ec2.internal", "127.10.2.0/24", "127.10.2.10"],
    ["ip-127-10-3-10.ec2.internal", "127.10.3.0/24", "127.10.3.10"],
  ]);
  expect(nodes.body.items[0].spec.providerID).toMatch(/^aws:\/\/\/us-east-1a\/i-0[0-9a-f]{16}$/);
  expect((await rows("/apis/networking.k8s.io/v1/ingressclasses"))[0].slice(0, 2)).toEqual(["alb", "ingress.k8s.aws/alb"]);
});

const refusals: {
  name: string;
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  code: number;
  reason: string;
}[] = [
  { name: "an unknown path", method: "GET", path: "/nope", code: 404, reason: "NotFound" },
  { name: "an unknown resource", method: "GET", path: "/api/v1/namespaces/default/widgets", code: 404, reason: "NotFound" },
  { name: "a broken percent escape", method: "GET", path: "/api/v1/%zz", code: 400, reason: "BadRequest" },
  { name: "a method that a resource lacks", method: "POST", path: `${CONFIG_MAPS}/a`, body: {}, code: 405, reason: "MethodNotAllowed" },
  { name: "JSON that is none", method: "POST", path: CONFIG_MAPS, body: "{", code: 400, reason: "BadRequest" },
  { name: "JSON that is no object", method: "POST", path: CONFIG_MAPS, body: "[1]", code: 400, reason: "BadRequest" },
  { name: "a poisoned prototype", method: "POST", path: CONFIG_MAPS, body: '{"__proto__":{}}', code: 400, reason: "BadRequest" },
  { name: "another kind than the path's", method: "POST", path: SERVICES, body: configMap("a"), code: 400, reason: "BadRequest" },
  {
    name: "another version than the path's",
    method: "POST",
    path: CONFIG_MAPS,
    body: { ...configMap("a"), apiVersion: "v2" },
    code: 400,
    reason: "BadRequest",
  },
  {
    name: "another namespace than the path's",
    method: "POST",
    path: CONFIG_MAPS,
    body: { ...configMap("a"), metadata: { name: "a", namespace: "kube-system" } },
    code: 400,
    reason: "BadRequest",
  },
  { name: "a wrong label selector", method: "GET", path: `${CONFIG_MAPS}?labelSelector=a%20b%20c`, code: 400, reason: "BadRequest" },
  {
    name: "a field that cannot be selected by",
    method: "GET",
    path: `${CONFIG_MAPS}?fieldSelector=data.x%3D1`,
    code: 400,
    reason: "BadRequest",
  },
  {
    name: "protobuf",
    method: "POST",
    path: CONFIG_MAPS,
    body: "k8s",
    headers: { "content-type": "application/vnd.kubernetes.protobuf" },
    code: 415,
    reason: "UnsupportedMediaType",
  },
  {
    name: "server-side apply",
    method: "PATCH",
    path: `${CONFIG_MAPS}/a`,
    body: "{}",
    headers: { "content-type": "application/apply-patch+yaml" },
    code: 415,
    reason: "UnsupportedMediaType",
  },
  {
    name: "an answer in protobuf only",
    method: "GET",
    path: CONFIG_MAPS,
    headers: { accept: "application/vnd.kubernetes.protobuf" },
    code: 406,
    reason: "NotAcceptable",
  },
  {
    name: "a list of a version that is not yet",
    method: "GET",
    path: `${CONFIG_MAPS}?resourceVersion=999999999`,
    code: 504,
    reason: "Timeout",
  },
  {
    name: "watch-list",
    method: "GET",
    path: `${CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    code: 422,
    reason: "Invalid",
  },
];

test("what cannot be answered is refused with a Status", async () => {
  const { send, output } = await startControlPlane();
  for (const { name, method, path, body, headers, code, reason } of refusals) {
    const answer = await send(method, path, body, headers);
    expect
      .soft({ name, code: answer.code, kind: answer.body.kind, reason: answer.body.reason })
      .toEqual({ name, code, kind: "Status", reason });
  }
  expect(output()).not.toContain("Error:");
});

test("a body above 3 MiB is refused before it is read", async () => {
  const { send } = await startControlPlane();
  const answer = await send("POST", CONFIG_MAPS, "", { "content-length": String(3 * 1024 * 1024 + 1) });
  expect(answer).toMatchObject({ code: 413, body: { kind: "Status", reason: "RequestEntityTooLarge" } });
});
