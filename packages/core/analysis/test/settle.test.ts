import type { Pod, TargetGroup } from "@loopway/model";
import { describe, expect, test } from "vitest";
import type { Settled } from "../src/index.ts";
import { deployment, ingress, path, service, settleText } from "./fixtures/manifests.ts";

const web = deployment("web", { replicas: 2 }) + service("web") + ingress("web", { paths: [path("/", "web")] });
const healthOf = ({ snapshot }: Settled) =>
  snapshot
    .list<TargetGroup>("TargetGroup")
    .flatMap(({ status }) => status?.targetHealthDescriptions ?? [])
    .map(({ targetHealth }) => targetHealth.state);
const saidOf = ({ problems }: Settled) => problems.map(({ severity, code, object, path }) => [severity, code, object, path]);

describe("settle", () => {
  test("brings an Ingress to a load balancer with a table and healthy targets", () => {
    const settled = settleText(web);
    expect(settled.problems).toEqual([expect.objectContaining({ code: "WaitingForHostedZone" })]);
    expect(settled.loadBalancers).toMatchObject([{ groupId: "default/web", ingresses: [{ metadata: { name: "web" } }] }]);
    expect(settled.loadBalancers[0]?.table.listeners.map(({ listenerPort, rules }) => [listenerPort, rules.rules.length])).toEqual([
      [80, 1],
    ]);
    expect(settled.loadBalancers[0]?.loadBalancer.status).toMatchObject({ state: { code: "active" }, dnsName: expect.any(String) });
    expect(healthOf(settled)).toEqual(["healthy", "healthy"]);
  });

  test("gives the same answer twice, and the same names when something else is added", () => {
    const names = ({ snapshot }: Settled) => snapshot.list("TargetGroup").map(({ metadata }) => metadata.name);
    expect(names(settleText(deployment("other") + web))).toEqual(names(settleText(web)));
  });

  test("builds HTTPS listeners into the table", () => {
    const annotations = 'alb.ingress.kubernetes.io/certificate-arn: "arn:aws:acm:us-east-1:000000000000:certificate/x"';
    const { loadBalancers } = settleText(service("web") + ingress("web", { paths: [path("/", "web")], annotations }));
    expect(loadBalancers[0]?.table.listeners.map(({ listenerPort }) => listenerPort)).toEqual([443]);
  });

  test("leaves a pod unready whose probe names a port that its container does not have", () => {
    const probed = web.replace("image: app,", "image: app, readinessProbe: { httpGet: { path: /, port: metrics } },");
    const settled = settleText(probed);
    const ready = settled.snapshot.list<Pod>("Pod").map(({ status }) => status?.conditions?.find(({ type }) => type === "Ready")?.status);
    expect(ready).toEqual(["False", "False"]);
    expect(healthOf(settled)).toEqual([]);
  });

  test("finds the targets unhealthy that no container answers for", () => {
    expect(healthOf(settleText(web.replace("targetPort: http", "targetPort: 9090")))).toEqual(["unhealthy", "unhealthy"]);
  });
});

describe("problems say what keeps a group from being built", () => {
  test("with the place of the first error and of every other", () => {
    const settled = settleText(service("web") + ingress("web", { paths: [path("/a*", "web"), path("/b*", "web")] }));
    expect(settled.loadBalancers).toEqual([]);
    expect(saidOf(settled)).toEqual([
      ["error", "FailedBuildModel", "Ingress default/web", "/spec/rules/0/http/paths/0"],
      ["error", "FailedBuildModel", "Ingress default/web", "/spec/rules/0/http/paths/1"],
    ]);
    expect(settled.problems[0]).toMatchObject({ source: "test.yaml:7" });
  });

  test("and on which member a conflict between several begins", () => {
    const member = (name: string, scheme: string) =>
      ingress(name, {
        host: `${name}.example.com`,
        paths: [path("/", "web")],
        annotations: "alb.ingress.kubernetes.io/group.name: all",
      }).replace("internet-facing", scheme);
    const settled = settleText(service("web") + member("a", "internal") + member("b", "internet-facing") + member("c", "internal"));
    expect(settled.problems).toMatchObject([
      { code: "FailedBuildModel", object: "Ingress default/b", message: expect.stringContaining("conflicting scheme") },
    ]);
  });

  test("in AWS's words where AWS would refuse what the controller builds", () => {
    const paths = Array.from({ length: 101 }, (_, index) => path(`/${index}`, "web"));
    const settled = settleText(service("web") + ingress("web", { paths }));
    expect(saidOf(settled)).toEqual([["error", "FailedDeployModel", "Ingress default/web", undefined]]);
  });
});

test("quotas and the controller's version are the account's and the cluster's own", () => {
  const paths = Array.from({ length: 101 }, (_, index) => path(`/${index}`, "web"));
  const text = service("web") + ingress("web", { paths });
  expect(settleText(text).loadBalancers).toEqual([]);
  expect(settleText(text, { quotas: { rules: 200 } }).loadBalancers).toHaveLength(1);
});
