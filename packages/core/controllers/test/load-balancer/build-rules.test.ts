import { ObjectCache } from "@loopway/kube";
import { addressPlan, type LoadBalancer } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { surveyGroups } from "../../src/load-balancer/survey-groups.ts";
import { ALB, albClass, backend, ingress, nodePortService, type Path, rule, ruleLines, settledWorld } from "./objects.ts";

const services = [nodePortService("orders", 30_001), nodePortService("users", 30_002), nodePortService("web", 30_003)];
const at = (path: string, to: string, pathType: string | undefined = "Prefix"): Path => [path, pathType, backend(to)];

function linesOf(...ingresses: ReturnType<typeof ingress>[]): string[] {
  return ruleLines(settledWorld([loadBalancerController], { strict: true }, ...services, ...ingresses));
}

test("hosts and paths become numbered rules; without a defaultBackend the listener answers 404", () => {
  const spec = {
    rules: [rule("shop.example.com", at("/orders", "orders"), at("/", "web")), rule(undefined, at("/users", "users", "Exact"))],
  };
  expect(linesOf(ingress("shop", spec))).toEqual([
    "80 1: host shop.example.com, path /orders | /orders/* → shop-orders:80",
    "80 2: host shop.example.com, path /* → shop-web:80",
    "80 3: path /users → shop-users:80",
    "80 default → 404",
  ]);
});

test("items of spec.rules are not sorted: an early catch-all comes first", () => {
  const spec = { rules: [rule(undefined, at("/", "web")), rule("shop.example.com", at("/orders", "orders"))] };
  expect(linesOf(ingress("shop", spec)).slice(0, 2)).toEqual([
    "80 1: path /* → shop-web:80",
    "80 2: host shop.example.com, path /orders | /orders/* → shop-orders:80",
  ]);
});

test("a rule without http gives none, one without host and path matches everything, one without path its host", () => {
  const spec = {
    rules: [{ host: "idle.example.com" }, rule("a.example.com", at("", "web", undefined)), rule(undefined, at("", "web", undefined))],
  };
  expect(linesOf(ingress("shop", spec))).toEqual([
    "80 1: host a.example.com → shop-web:80",
    "80 2: path /* → shop-web:80",
    "80 default → 404",
  ]);
});

test("members of a group come by group.order, then by namespace and name; each listens on its own ports only", () => {
  const group = (order: string | undefined, ports: string | undefined) => ({
    "group.name": "shop",
    ...(order === undefined ? {} : { "group.order": order }),
    ...(ports === undefined ? {} : { "listen-ports": ports }),
  });
  const lines = linesOf(
    ingress("b", { rules: [rule(undefined, at("/b", "web"))] }, group(undefined, undefined)),
    ingress("a", { rules: [rule(undefined, at("/a", "web"))] }, group(undefined, '[{"HTTP": 80}, {"HTTP": 8080}]')),
    ingress("last", { rules: [rule(undefined, at("/last", "web"))] }, group("10", undefined)),
    ingress("first", { rules: [rule(undefined, at("/first", "web"))] }, group("-1", undefined)),
  );
  expect(lines).toEqual([
    "80 1: path /first | /first/* → first-web:80",
    "80 2: path /a | /a/* → a-web:80",
    "80 3: path /b | /b/* → b-web:80",
    "80 4: path /last | /last/* → last-web:80",
    "80 default → 404",
    "8080 1: path /a | /a/* → a-web:80",
    "8080 default → 404",
  ]);
});

test("a defaultBackend is the listener's default action", () => {
  expect(linesOf(ingress("shop", { defaultBackend: backend("web") }))).toEqual(["80 default → shop-web:80"]);
});

test("a missing Service answers 503 for its path alone, and so does a missing action", () => {
  const paths = [at("/a", "orders"), at("/b", "nobody"), ["/c", "Prefix", backend("lost", "use-annotation")] satisfies Path];
  expect(linesOf(ingress("shop", { rules: [rule(undefined, ...paths)] }))).toEqual([
    "80 1: path /a | /a/* → shop-orders:80",
    "80 2: path /b | /b/* → 503 Backend service does not exist",
    "80 3: path /c | /c/* → 503 Backend action does not exist",
    "80 default → 404",
  ]);
});

test("one Service port named in two ways is two target groups, as the name is part of the identity", () => {
  const paths: Path[] = [
    ["/a", "Prefix", backend("web", 80)],
    ["/b", "Prefix", backend("web", "http")],
    ["/c", "Prefix", backend("web", 80)],
  ];
  expect(linesOf(ingress("shop", { rules: [rule(undefined, ...paths)] }))).toEqual([
    "80 1: path /a | /a/* → shop-web:80",
    "80 2: path /b | /b/* → shop-web:http",
    "80 3: path /c | /c/* → shop-web:80",
    "80 default → 404",
  ]);
});

test("annotated actions: weights, redirect, fixed response", () => {
  const weighted = {
    type: "forward",
    forwardConfig: {
      targetGroups: [
        { serviceName: "orders", servicePort: 80, weight: 9 },
        { serviceName: "web", servicePort: "http", weight: 1 },
      ],
    },
  };
  const moved = { type: "redirect", redirectConfig: { statusCode: "HTTP_302", host: "new.example.com" } };
  const closed = { type: "fixed-response", fixedResponseConfig: { statusCode: "503", messageBody: "closed" } };
  const paths = ["weighted", "moved", "closed"].map((name): Path => [`/${name}`, "Exact", backend(name, "use-annotation")]);
  const annotations = {
    "actions.weighted": JSON.stringify(weighted),
    "actions.moved": JSON.stringify(moved),
    "actions.closed": JSON.stringify(closed),
  };
  expect(linesOf(ingress("shop", { rules: [rule(undefined, ...paths)] }, annotations))).toEqual([
    "80 1: path /weighted → shop-orders:80 ×9 + shop-web:http ×1",
    '80 2: path /moved → HTTP_302 {"host":"new.example.com"}',
    "80 3: path /closed → 503 closed",
    "80 default → 404",
  ]);
});

test("what this version does not read is said, once for each annotation", () => {
  const spec = { defaultBackend: backend("web") };
  const shop = ingress("shop", spec, { "no-such-setting": "x", "inbound-cidrs": "10.0.0.0/8" });
  const world = settledWorld([loadBalancerController], { strict: true }, ...services, shop);
  expect(world.eventsAbout("Ingress").filter((event) => event.startsWith("Setting"))).toEqual([
    `SettingNotRead: annotation ${ALB}/no-such-setting of Ingress default/shop has no effect: this version of Loopway does not read it`,
    `SettingNotServed: annotation ${ALB}/inbound-cidrs of Ingress default/shop has no effect on traffic: it is built into the model, but no hop of this version of Loopway acts on it`,
  ]);
});

test("what the parameters of an IngressClass say beats annotations; what no hop acts on is said", () => {
  const withParameters = {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "team" },
    spec: { controller: "ingress.k8s.aws/alb", parameters: { apiGroup: "elbv2.k8s.aws", kind: "IngressClassParams", name: "team" } },
  };
  const params = {
    apiVersion: "elbv2.k8s.aws/v1beta1",
    kind: "IngressClassParams",
    metadata: { name: "team" },
    spec: { group: { name: "team" }, scheme: "internet-facing", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
  };
  const { metadata, ...shop } = ingress("shop", { defaultBackend: backend("web"), ingressClassName: "team" });
  const annotations = { [`${ALB}/scheme`]: "internal" };
  const ofClass = { ...shop, metadata: { name: metadata.name, namespace: "default", annotations } };
  const world = settledWorld([loadBalancerController], { strict: true }, ...services, withParameters, params, ofClass);
  expect(world.eventsAbout("Ingress")).toContain(
    "SettingNotServed: sslPolicy of the IngressClassParams of Ingress default/shop has no effect on traffic: it is built into the model, but no hop of this version of Loopway acts on it",
  );
  expect(world.list<LoadBalancer>("LoadBalancer").map(({ spec }) => [spec.name.slice(0, 9), spec.scheme])).toEqual([
    ["k8s-team-", "internet-facing"],
  ]);
});

test("what is wrong with a backend is told of every path that names it", () => {
  const spec = { rules: [rule("shop.example.com", at("/a", "web"), at("/b", "web"))] };
  const snapshot = new ObjectCache();
  for (const object of [albClass, ...services, ingress("shop", spec, { "auth-type": "magic" })]) snapshot.put(object);
  const [group] = surveyGroups({ snapshot, settings: { plan: addressPlan(0), strict: true, serves: { https: true } } });
  const told = "ingress: default/shop: unknown authType: magic";
  const errors = group?.problems.filter(({ severity }) => severity === "error");
  expect(errors?.map(({ path, message }) => `${path} ${message}`)).toEqual([
    `/spec/rules/0/http/paths/0 ${told}`,
    `/spec/rules/0/http/paths/1 ${told}`,
  ]);
});
