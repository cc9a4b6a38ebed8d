import type { Deployment, KubeObject, Pod, Service } from "@loopway/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain, type Settled, settle } from "../src/index.ts";
import { deployment, ingress, manifests, path, service, settleText } from "./fixtures/manifests.ts";

const web = deployment("web", { replicas: 2 }) + service("web") + ingress("web", { paths: [path("/", "web")] });
const settleObjects = (objects: readonly unknown[]) => settle(objects as KubeObject[], { strict: true, now: 0 });
const said = ({ problems }: Settled) =>
  problems.filter(({ code }) => code !== "WaitingForHostedZone").map(({ code, message, path: at }) => [code, message, at]);

describe("what runs in a cluster is settled as it was written", () => {
  test("an output of kubectl get: what the server wrote is dropped, what controllers made is made again", () => {
    const { snapshot } = settleText(web);
    const kinds = [
      "Deployment",
      "ReplicaSet",
      "Pod",
      "Service",
      "EndpointSlice",
      "Ingress",
      "Node",
      "LoadBalancer",
      "Listener",
      "Rule",
      "TargetGroup",
    ];
    const dumped = kinds.flatMap((kind) => snapshot.list(kind));
    const again = settleObjects(dumped);
    expect(said(again)).toEqual([]);
    const count = (settled: Settled) => kinds.map((kind) => [kind, settled.snapshot.list(kind).length]);
    expect(count(again)).toEqual(kinds.map((kind) => [kind, snapshot.list(kind).length]));
    expect(again.loadBalancers[0]?.table.listeners[0]?.rules.rules).toHaveLength(1);
  });

  test("a pod of a controller that is not looked at stays", () => {
    const rollout = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "db", uid: "x", controller: true };
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "db-0", uid: "p", ownerReferences: [rollout] },
      spec: { nodeName: "ip-10-0-0-1", containers: [{ name: "db", image: "db" }] },
    };
    const [found] = settleObjects([pod]).snapshot.list<Pod>("Pod");
    expect(found?.status?.podIP).toMatch(/^127\./);
  });

  test("another cluster's ClusterIP is no conflict, a headless Service stays one", () => {
    const dump = (name: string, clusterIP: string) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, uid: name },
      spec: { clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80 }] },
    });
    const settled = settleObjects([dump("a", "172.20.3.4"), dump("b", "None")]);
    expect(said(settled)).toEqual([]);
    expect(settled.snapshot.list<Service>("Service").map(({ spec }) => spec.clusterIP?.replace(/^127\..*/, "ours"))).toEqual([
      "ours",
      "None",
    ]);
  });
});

describe("objects that cannot be taken as they are", () => {
  const [anIngress] = manifests(ingress("web", { paths: [path("/", "web")] }));
  const changed = (change: Record<string, unknown>) => ({ ...anIngress, ...change });

  test("without a namespace they are in default, and a namespace that nobody gives is there", () => {
    const { snapshot } = settleObjects([
      { apiVersion: "v1", kind: "Service", metadata: { name: "a", namespace: "team" }, spec: { ports: [{ port: 80 }] } },
    ]);
    expect(snapshot.list("Namespace").map(({ metadata }) => metadata.name)).toContain("team");
  });

  test("one with generateName gets a name", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "job-" }, spec: { containers: [{ name: "a", image: "a" }] } };
    const names = settleObjects([pod, pod])
      .snapshot.list("Pod")
      .map(({ metadata }) => metadata.name);
    expect(names).toEqual([expect.stringMatching(/^job-.{5}$/), expect.stringMatching(/^job-.{5}$/)]);
  });

  test("of two with one name the last counts, and that is said", () => {
    const settled = settleText(deployment("web", { replicas: 1 }) + deployment("web", { replicas: 3 }));
    expect(settled.snapshot.list<Deployment>("Deployment").map(({ spec }) => spec.replicas)).toEqual([3]);
    expect(said(settled)).toEqual([["Duplicate", "Deployment web is given more than once; this one counts", undefined]]);
  });

  test("kinds that nothing reads are listed as ignored, with whatever they hold", () => {
    const gateway = { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { name: "g" } };
    const kustomization = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: ["a.yaml"] };
    const settled = settleObjects([gateway, kustomization]);
    expect(settled.ignored).toEqual([gateway, kustomization]);
    expect(settled.problems).toEqual([]);
  });

  test.each<[string, unknown, string, string | RegExp, string | undefined]>([
    [
      "an Ingress of a version that is served no longer",
      changed({ apiVersion: "networking.k8s.io/v1beta1" }),
      "NoKindMatch",
      /^no matches for kind "Ingress" in version "networking.k8s.io\/v1beta1"/,
      "/apiVersion",
    ],
    [
      "an Ingress of the group that had it first",
      changed({ apiVersion: "extensions/v1beta1" }),
      "NoKindMatch",
      /"extensions\/v1beta1"/,
      "/apiVersion",
    ],
    [
      "no name",
      { apiVersion: "v1", kind: "Service", spec: { ports: [{ port: 80 }] } },
      "Invalid",
      'Service "" is invalid: metadata.name: Required value: name or generateName is required',
      "/metadata/name",
    ],
    [
      "an annotation that is no text",
      { apiVersion: "v1", kind: "Service", metadata: { name: "a", annotations: { a: true } }, spec: { ports: [{ port: 80 }] } },
      "BadRequest",
      'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal into Go struct field Service.metadata.annotations.a of type string',
      "/metadata/annotations/a",
    ],
    [
      "a host that is a number",
      changed({ spec: { rules: [{ host: 5 }] } }),
      "BadRequest",
      /Ingress.spec.rules.host of type string$/,
      "/spec/rules/0/host",
    ],
    [
      "a path without pathType",
      changed({ spec: { rules: [{ http: { paths: [{ path: "/", backend: { service: { name: "a", port: { number: 80 } } } }] } }] } }),
      "Invalid",
      /spec.rules\[0\].http.paths\[0\].pathType: Required value: pathType must be specified$/,
      "/spec/rules/0/http/paths/0/pathType",
    ],
    [
      "metadata that is a list",
      { apiVersion: "v1", kind: "Service", metadata: [] },
      "Invalid",
      /metadata.name: Required value/,
      "/metadata/name",
    ],
  ])("%s is refused in the API's words, with the place", (_name, object, code, message, at) => {
    const [problem] = settleObjects([object]).problems;
    expect(problem).toMatchObject({ code, severity: "error" });
    if (message instanceof RegExp) expect(problem?.message).toMatch(message);
    else expect(problem?.message).toBe(message);
    expect(problem?.path).toBe(at);
  });

  test("null is absent, as Go reads it", () => {
    expect(
      said(settleObjects([changed({ status: null, metadata: { ...anIngress?.metadata, labels: null, creationTimestamp: null } })])),
    ).toEqual([]);
  });
});

test("nothing that documents hold makes a controller stop or explain throw", () => {
  const junk = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.constant([]),
    fc.constant({}),
    fc.constant([{}]),
    fc.constant([null]),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const annotated = web.replace(
    "internet-facing,",
    'internet-facing, alb.ingress.kubernetes.io/actions.x: "{}", alb.ingress.kubernetes.io/listen-ports: "[]",',
  );
  const objects = manifests(annotated.replace("number: 80", "name: use-annotation"));
  const others = manifests(web);
  fc.assert(
    fc.property(fc.nat(), fc.nat(), junk, fc.boolean(), (which, place, value, isAnnotated) => {
      const source = isAnnotated ? objects : others;
      const changed = source.map((object, index) => (index === which % source.length ? replacedAt(object, place, value) : object));
      const settled = settle(changed as KubeObject[], { strict: true, now: 0 });
      expect(settled.problems.filter(({ code }) => code === "ControllerPanicked")).toEqual([]);
      explain(settled, { method: "GET", url: "http://a.example.com/" });
    }),
    { numRuns: 400 },
  );
});

/** The object with one of its values, however deep, replaced. */
function replacedAt(object: unknown, place: number, value: unknown): unknown {
  const paths: (string | number)[][] = [];
  const walk = (inner: unknown, at: (string | number)[]) => {
    paths.push(at);
    if (typeof inner === "object" && inner !== null) for (const [key, next] of Object.entries(inner)) walk(next, [...at, key]);
  };
  walk(object, []);
  const chosen = paths[1 + (place % (paths.length - 1))] ?? [];
  const copy = structuredClone(object);
  const last = chosen.at(-1) ?? "";
  const parent = chosen
    .slice(0, -1)
    .reduce((inner: Record<string | number, never>, key) => inner[key] ?? {}, copy as Record<string, never>) as Record<
    string | number,
    unknown
  >;
  parent[last] = value;
  return copy;
}

test("more replicas than any answer needs are settled as a thousand, with a warning", () => {
  const many = manifests(web).map((object) =>
    object.kind === "Deployment" ? { ...object, spec: { ...(object.spec as object), replicas: 755_343_044 } } : object,
  );
  const { snapshot, problems } = settle(many, { strict: true, now: 0 });
  expect(snapshot.list("Pod")).toHaveLength(1000);
  expect(problems).toContainEqual(expect.objectContaining({ code: "ManyReplicas", severity: "warning", path: "/spec/replicas" }));
});

test.each(["StatefulSet", "DaemonSet", "Job"])("a %s without containers is refused, and nothing stops", (kind) => {
  const apiVersion = kind === "Job" ? "batch/v1" : "apps/v1";
  const spec = { selector: { matchLabels: { app: "a" } }, template: { metadata: { labels: { app: "a" } }, spec: {} } };
  const { problems } = settle([{ apiVersion, kind, metadata: { name: "a" }, spec }] as KubeObject[], { strict: true, now: 0 });
  expect(problems).toMatchObject([{ code: "Invalid", path: "/spec/template/spec/containers" }]);
});
