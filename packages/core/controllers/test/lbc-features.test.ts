import type { Service } from "@loopway/model";
import { LBC_VERSIONS, type LbcVersion, type LoadBalancer, type Rule } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../src/load-balancer/reconcile.ts";
import { serviceController } from "../src/service/reconcile.ts";
import { ALB, backend, ingress, nodePortService, rule } from "./load-balancer/objects.ts";
import { service } from "./objects.ts";
import { createWorld } from "./world.ts";

const web = nodePortService("web", 30_003);
const spec = { rules: [rule(undefined, ["/", "ImplementationSpecific", backend("web")])] };
const json = JSON.stringify;

function worldOf(lbcVersion: LbcVersion | undefined, ...objects: Parameters<ReturnType<typeof createWorld>["create"]>) {
  const world = createWorld([loadBalancerController, serviceController]);
  Object.assign(world.settings, { strict: true, serves: { https: true }, ...(lbcVersion === undefined ? {} : { lbcVersion }) });
  world.create(...objects);
  world.settle();
  return world;
}

const rewrite = json([{ type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex: "^/a", replace: "/" }] } }]);

test("an annotation that came later is passed over, and told", () => {
  const transformed = ingress("a", spec, { "transforms.web": rewrite });
  const rulesOf = (version?: LbcVersion) =>
    worldOf(version, web, transformed)
      .list<Rule>("Rule")
      .map((built) => built.spec.transforms?.length ?? 0);
  expect([rulesOf(), rulesOf("v2.14"), rulesOf("v2.13")]).toEqual([[1], [1], [0]]);
  expect(worldOf("v2.13", web, transformed).eventsAbout("Ingress")).toContain(
    `SettingNotInVersion: annotation ${ALB}/transforms.web of Ingress default/a has no effect: the Load Balancer Controller v2.13 does not read it; it came with v2.14`,
  );
});

const arrivals: [annotation: string, value: string, since: LbcVersion][] = [
  ["mutual-authentication", "[]", "v2.7"],
  ["listener-attributes.HTTP-80", "=", "v2.10"],
  ["minimum-load-balancer-capacity", "Units=1", "v2.11"],
  ["enable-frontend-nlb", "maybe", "v2.13"],
  ["use-regex-path-match", "maybe", "v2.14"],
  ["jwt-validation", "{", "v2.15"],
];
test.each(arrivals)("%s: an unreadable value fails the group from the version on that reads it", (annotation, value, since) => {
  const before = LBC_VERSIONS[LBC_VERSIONS.indexOf(since) - 1];
  const built = (version: LbcVersion | undefined) =>
    worldOf(version, web, ingress("a", spec, { [annotation]: value })).list<LoadBalancer>("LoadBalancer").length;
  expect([built(before), built(since)]).toEqual([1, 0]);
});

test("regexValues in conditions came with v2.14: before, they are dropped, and no values are left", () => {
  const conditions = json([{ field: "host-header", hostHeaderConfig: { regexValues: ["^a"] } }]);
  const events = (version: LbcVersion) =>
    worldOf(version, web, ingress("a", spec, { "conditions.web": conditions })).eventsAbout("Ingress");
  expect(events("v2.13")).toContain(
    "FailedBuildModel: Failed build model due to ingress: default/a: invalid hostHeaderConfig: values cannot be empty",
  );
  expect(events("v2.14").filter((event) => event.startsWith("Failed"))).toEqual([]);
});

test("fields of IngressClassParams that came later are passed over", () => {
  const ingressClass = {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "team" },
    spec: { controller: "ingress.k8s.aws/alb", parameters: { apiGroup: "elbv2.k8s.aws", kind: "IngressClassParams", name: "team" } },
  };
  const params = {
    apiVersion: "elbv2.k8s.aws/v1beta1",
    kind: "IngressClassParams",
    metadata: { name: "team" },
    spec: { scheme: "internal", certificateArn: ["arn:1"] },
  };
  const { metadata, ...rest } = ingress("a", { ...spec, ingressClassName: "team" });
  const classed = { ...rest, metadata: { name: metadata.name, namespace: "default" } };
  const portsOf = (version: LbcVersion) =>
    worldOf(version, web, ingressClass, params, classed)
      .list("Listener")
      .map((listener) => (listener.spec as { port: number }).port);
  expect([portsOf("v2.8"), portsOf("v2.7")]).toEqual([[443], [80]]);
});

test("what is stored keeps the annotation", () => {
  const world = worldOf("v2.13", web, ingress("a", spec, { "transforms.web": rewrite }));
  expect(world.get("Ingress", "a", "default")?.metadata.annotations).toHaveProperty([`${ALB}/transforms.web`], rewrite);
});

test.each([
  ["v2.5", "service.k8s.aws/nlb"],
  ["v2.4", undefined],
] as const)("with %s a new Service of type LoadBalancer has the class %s", (version, loadBalancerClass) => {
  const claimed = worldOf(version, service("edge", { type: "LoadBalancer" })).get<Service>("Service", "edge", "default");
  expect(claimed?.spec.loadBalancerClass).toBe(loadBalancerClass);
});

test("a Service that is not new keeps having none", () => {
  const old = service("edge", { type: "LoadBalancer", clusterIP: "127.11.0.9" });
  expect(worldOf(undefined, old).get<Service>("Service", "edge", "default")?.spec.loadBalancerClass).toBeUndefined();
});
