/**
 * What hurts users of the AWS Load Balancer Controller most, as they would meet it: the strict result is the real one. In order of how often it
 * hurts; the number of an issue of kubernetes-sigs/aws-load-balancer-controller stands beside each.
 */
import type { Ingress, KubeObject, LoadBalancer, Pod, Service, TargetGroup } from "@loopway/model";
import { expect, test } from "vitest";
import { controllers } from "../src/index.ts";
import { loadBalancerController } from "../src/load-balancer/reconcile.ts";
import { targetRegistrationController } from "../src/target-registration/reconcile.ts";
import { ALB, backend, ingress, nodePortService, type Path, readyNode, rule, ruleLines, settledWorld } from "./load-balancer/objects.ts";
import { specOf, strictStack } from "./load-balancer/strict-stack.ts";
import { deployment, service } from "./objects.ts";

const web = nodePortService("web", 30_003);
const api = nodePortService("api", 30_004);
const annotated = (name: string) => backend(name, "use-annotation");
const to = (...paths: Path[]) => ({ rules: [rule(undefined, ...paths)] });
const json = JSON.stringify;

function strictWorld(...objects: KubeObject[]) {
  return settledWorld([loadBalancerController, targetRegistrationController], { strict: true }, web, api, ...objects);
}

const rulesOf = (...ingresses: Ingress[]) => ruleLines(strictWorld(...ingresses)).filter((line) => !line.includes("default →"));
const eventsOf = (...objects: KubeObject[]) => strictWorld(...objects).eventsAbout("Ingress");

test("wildcards in Prefix and Exact paths are refused, and nothing is built (#2041)", () => {
  const world = strictWorld(ingress("shop", to(["/products/*", "Prefix", backend("web")])));
  expect(world.eventsAbout("Ingress")).toEqual([
    "FailedBuildModel: Failed build model due to ingress: default/shop: prefix path shouldn't contain wildcards: /products/*",
  ]);
  expect(world.list<LoadBalancer>("LoadBalancer")).toEqual([]);
});

test("Prefix matches whole segments, ImplementationSpecific just what is written (#2207)", () => {
  const paths: Path[] = [
    ["/foo", "Prefix", backend("web")],
    ["/bar", "ImplementationSpecific", backend("web")],
    ["/", "ImplementationSpecific", backend("web")],
  ];
  expect(rulesOf(ingress("shop", to(...paths)))).toEqual([
    "80 1: path /foo | /foo/* → shop-web:80",
    "80 2: path /bar → shop-web:80",
    "80 3: path / → shop-web:80",
  ]);
});

test("an early catch-all of the group shadows what comes later, whatever its length (#2763)", () => {
  const group = { "group.name": "shop" };
  const catchAll = ingress("a", to(["/", "Prefix", backend("web")]), group);
  const longer = ingress("b", to(["/orders/recent", "Prefix", backend("api")]), group);
  expect(rulesOf(longer, catchAll)).toEqual(["80 1: path /* → a-web:80", "80 2: path /orders/recent | /orders/recent/* → b-api:80"]);
});

test("one broken member freezes the whole group (#3790)", () => {
  const group = { "group.name": "shop" };
  const world = strictWorld(ingress("a", to(["/a", "Prefix", backend("web")]), group));
  const before = ruleLines(world);
  world.create(ingress("b", to(["/b", "Prefix", backend("web")]), { ...group, scheme: "public" }));
  world.settle();
  expect(ruleLines(world)).toEqual(before);
  expect(world.eventsAbout("Ingress").filter((event) => event.startsWith("Failed"))).toEqual([
    "FailedBuildModel: Failed build model due to unknown scheme: public",
    "FailedBuildModel: Failed build model due to unknown scheme: public",
  ]);
});

test("a host and a prefix are three of five condition values (#2678)", () => {
  const sources = json([{ field: "source-ip", sourceIPConfig: { values: ["10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8"] } }]);
  const spec = { rules: [rule("a.example.com", ["/a", "Prefix", backend("web")])] };
  expect(eventsOf(ingress("shop", spec, { "conditions.web": sources }))).toContain(
    "FailedDeployModel: Failed deploy model due to ValidationError: A rule can only have '5' condition values",
  );
});

test("the 101st rule of a load balancer is one too many (#1856)", () => {
  const paths = Array.from({ length: 101 }, (_, index): Path => [`/${index}`, "Exact", backend("web")]);
  expect(eventsOf(ingress("shop", to(...paths)))).toContainEqual(expect.stringMatching(/^FailedDeployModel: .*TooManyRules/));
});

test("a ClusterIP Service behind instance targets is refused (#1695)", () => {
  const plain: Service = service("plain", { clusterIP: "127.11.0.7" });
  expect(eventsOf(plain, ingress("shop", to(["/", "Prefix", backend("plain")])))).toEqual([
    "FailedBuildModel: Failed build model due to ingress: default/shop: TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
  ]);
});

test("a missing Service or action silently answers 503; a misspelt use-annotation is a port (#3440)", () => {
  const paths: Path[] = [
    ["/a", "Exact", backend("nobody")],
    ["/b", "Exact", annotated("lost")],
    ["/c", "Exact", backend("nobody", "use-annotations")],
  ];
  expect(rulesOf(ingress("shop", to(...paths)))).toEqual([
    "80 1: path /a → 503 Backend service does not exist",
    "80 2: path /b → 503 Backend action does not exist",
    "80 3: path /c → 503 Backend service does not exist",
  ]);
});

test("a condition with an unknown field is dropped without a word: the rule is wider than meant (#2807)", () => {
  const conditions = json([{ field: "http-headers", httpHeaderConfig: { httpHeaderName: "x", values: ["1"] } }]);
  const stack = strictStack([ingress("shop", to(["/a", "Exact", backend("web")]), { "conditions.web": conditions })]);
  expect(specOf(stack, "ListenerRule").conditions).toEqual([{ field: "path-pattern", pathPatternConfig: { values: ["/a"] } }]);
});

test("spec.tls does not open 443; a host without a certificate fails all (#3183)", () => {
  const spec = { ...to(["/", "Prefix", backend("web")]), tls: [{ hosts: ["a.example.com"], secretName: "tls" }] };
  expect(specOf(strictStack([ingress("shop", spec)]), "Listener")).toMatchObject({ port: 80, protocol: "HTTP" });
  expect(strictStack([ingress("shop", spec, { "listen-ports": '[{"HTTPS": 443}]' })])).toBe(
    "ingress: default/shop: no certificate found for host: a.example.com",
  );
});

test("a redirect to where the request is already vanishes; regex paths are compared as text (#4251)", () => {
  const annotations = {
    "use-regex-path-match": "true",
    "actions.same": json({ type: "redirect", redirectConfig: { statusCode: "HTTP_301", host: "#{host}", path: "/#{path}" } }),
    "actions.other": json({ type: "redirect", redirectConfig: { statusCode: "HTTP_301", host: "b.example.com" } }),
  };
  const paths: Path[] = [
    ["/same", "Exact", annotated("same")],
    ["/^/a/.*$", "ImplementationSpecific", annotated("other")],
    ["/^/a/b$", "ImplementationSpecific", backend("web")],
    ["/^/a/.*$", "ImplementationSpecific", backend("web")],
  ];
  const stack = strictStack([ingress("shop", to(...paths), annotations)]);
  const rules = typeof stack === "string" ? [] : Object.values(stack.resources["AWS::ElasticLoadBalancingV2::ListenerRule"] ?? {});
  expect(rules.map(({ spec }) => spec.conditions)).toEqual([
    [{ field: "path-pattern", pathPatternConfig: { regexValues: ["^/a/.*$"] } }],
    [{ field: "path-pattern", pathPatternConfig: { regexValues: ["^/a/b$"] } }],
  ]);
});

test("a health-check annotation under another prefix, or of another name, has no effect (#2279)", () => {
  const { metadata, ...rest } = ingress("shop", to(["/", "Prefix", backend("web")]), { "health-check-path": "/up" });
  const annotations = { ...metadata.annotations, "nginx.ingress.kubernetes.io/healthcheck-path": "/up" };
  const world = strictWorld({ ...rest, metadata: { ...metadata, annotations } });
  expect(world.list<TargetGroup>("TargetGroup").map(({ spec }) => spec.healthCheckPath)).toEqual(["/"]);
  expect(world.eventsAbout("Ingress")).toContain(
    `SettingNotRead: annotation ${ALB}/health-check-path of Ingress default/shop has no effect: this version of Loopway does not read it`,
  );
});

test("gRPC health checks ask for code 12 of /AWS.ALB/healthcheck; HTTP's 200 is refused (#2804)", () => {
  const grpc = { "backend-protocol-version": "GRPC" };
  const spec = to(["/", "Prefix", backend("web")]);
  expect(specOf(strictStack([ingress("shop", spec, grpc)]), "TargetGroup").healthCheckConfig).toMatchObject({
    path: "/AWS.ALB/healthcheck",
    matcher: { grpcCode: "12" },
  });
  expect(eventsOf(ingress("shop", spec, { ...grpc, "success-codes": "200" }))).toContainEqual(
    expect.stringMatching(/^FailedDeployModel: .*must be within 0-99$/),
  );
});

test("weights over a missing Service fail the whole group (#2494)", () => {
  const targetGroups = ["web", "nobody"].map((serviceName) => ({ serviceName, servicePort: 80, weight: 1 }));
  const annotations = { "actions.split": json({ type: "forward", forwardConfig: { targetGroups } }) };
  expect(eventsOf(ingress("shop", to(["/", "Prefix", annotated("split")]), annotations))).toEqual([
    'FailedBuildModel: Failed build model due to ingress: default/shop: services "nobody" not found',
  ]);
});

test("addresses written by hand behind a Service register nothing, without an error (#1223)", () => {
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080 }],
    endpoints: [{ addresses: ["127.10.1.20"], conditions: { ready: true } }],
  };
  const world = strictWorld(slice, readyNode("node", "i-1"), ingress("shop", to(["/", "Prefix", backend("web")]), { "target-type": "ip" }));
  expect(world.list<TargetGroup>("TargetGroup").map(({ spec }) => spec.targets)).toEqual([[]]);
  expect(world.eventsAbout("TargetGroupBinding").filter((event) => event.includes("Failed"))).toEqual([]);
});

test("readiness gates come with the pod or never: not with a label set later, not for instance targets (#1719)", () => {
  const gatesAfterRollout = (annotations: Record<string, string>, labelFirst: boolean) => {
    const labels = { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } };
    const world = settledWorld(
      controllers,
      { strict: true },
      web,
      ingress("shop", to(["/", "Prefix", backend("web")]), annotations),
      namespace,
    );
    const label = () => world.apply({ op: "update", object: { ...namespace, metadata: { name: "default", labels } } });
    if (labelFirst) label();
    world.create(deployment("web", { replicas: 1 }));
    world.settle();
    label();
    world.settle();
    return world.list<Pod>("Pod").flatMap(({ spec }) => spec.readinessGates ?? []);
  };
  expect(gatesAfterRollout({ "target-type": "ip" }, true)).toEqual([
    { conditionType: expect.stringMatching(/^target-health\.elbv2\.k8s\.aws\/k8s-default-web-[0-9a-f]{10}$/) },
  ]);
  expect(gatesAfterRollout({ "target-type": "ip" }, false)).toEqual([]);
  expect(gatesAfterRollout({}, true)).toEqual([]);
});
