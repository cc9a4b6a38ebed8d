import type { TargetGroup, TargetGroupBinding } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { service } from "../objects.ts";
import { ALB, backend, ingress, nodePortService, rule, settledWorld } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web", "http")])] };
const web = nodePortService("web", 30_003);

function targetGroup(annotations: Record<string, string>, behind = web): TargetGroup["spec"] | undefined {
  const world = settledWorld([loadBalancerController], { strict: true }, behind, ingress("shop", spec, annotations));
  return world.list<TargetGroup>("TargetGroup")[0]?.spec;
}

test("instance targets by default, and the controller's own health check defaults, which are not AWS's", () => {
  expect(targetGroup({})).toMatchObject({
    targetType: "instance",
    protocol: "HTTP",
    protocolVersion: "HTTP1",
    port: 30_003,
    healthCheckPort: "traffic-port",
    healthCheckProtocol: "HTTP",
    healthCheckPath: "/",
    matcher: { httpCode: "200" },
    healthCheckIntervalSeconds: 15,
    healthCheckTimeoutSeconds: 5,
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 2,
    targets: [],
  });
});

test("every health check annotation has its field", () => {
  const annotations = {
    "healthcheck-port": "9090",
    "healthcheck-protocol": "HTTPS",
    "healthcheck-path": "/ready",
    "healthcheck-interval-seconds": "20",
    "healthcheck-timeout-seconds": "10",
    "healthy-threshold-count": "7",
    "unhealthy-threshold-count": "5",
    "success-codes": "200-299",
  };
  expect(targetGroup(annotations)).toMatchObject({
    healthCheckPort: "9090",
    healthCheckProtocol: "HTTPS",
    healthCheckPath: "/ready",
    matcher: { httpCode: "200-299" },
    healthCheckIntervalSeconds: 20,
    healthCheckTimeoutSeconds: 10,
    healthyThresholdCount: 7,
    unhealthyThresholdCount: 5,
  });
});

test("a Service's annotation wins over the Ingress's", () => {
  const annotated = {
    ...web,
    metadata: { ...web.metadata, annotations: { [`${ALB}/target-type`]: "ip", [`${ALB}/healthcheck-path`]: "/svc" } },
  };
  expect(targetGroup({ "target-type": "instance", "success-codes": "201" }, annotated)).toMatchObject({
    targetType: "ip",
    port: 8080,
    healthCheckPath: "/svc",
    matcher: { httpCode: "201" },
  });
});

test("GRPC has its own path and codes", () => {
  expect(targetGroup({ "backend-protocol-version": "GRPC" })).toMatchObject({
    protocolVersion: "GRPC",
    healthCheckPath: "/AWS.ALB/healthcheck",
    matcher: { grpcCode: "12" },
  });
});

test("a named health check port is the nodePort for instances and the targetPort for pods", () => {
  expect(targetGroup({ "healthcheck-port": "http" })?.healthCheckPort).toBe("30003");
  expect(targetGroup({ "healthcheck-port": "http", "target-type": "ip" })?.healthCheckPort).toBe("8080");
});

test("pods behind a named targetPort: the group's port is 1, as every target carries its own", () => {
  const named = service("web", { ports: [{ name: "http", port: 80, targetPort: "serving" }] });
  expect(targetGroup({ "target-type": "ip" }, named)?.port).toBe(1);
});

test("attributes and tags are maps; a comma in a value is escaped", () => {
  const annotations = {
    "target-group-attributes": "deregistration_delay.timeout_seconds=5, stickiness.enabled=true",
    tags: "note=a\\,b=c",
  };
  const built = targetGroup(annotations);
  expect(built?.attributes).toEqual([
    { key: "deregistration_delay.timeout_seconds", value: "5" },
    { key: "stickiness.enabled", value: "true" },
  ]);
  expect(built?.tags).toContainEqual({ key: "note", value: "a,b=c" });
  expect(built?.tags).toContainEqual({ key: "ingress.k8s.aws/resource", value: "default/shop-web:http" });
});

test("the binding lies beside the Service and names its port as the Ingress does", () => {
  const world = settledWorld([loadBalancerController], { strict: true }, web, ingress("shop", spec));
  const [group] = world.list<TargetGroup>("TargetGroup");
  const [binding] = world.list<TargetGroupBinding>("TargetGroupBinding");
  expect(binding?.metadata).toMatchObject({
    name: group?.spec.name,
    namespace: "default",
    labels: { "ingress.k8s.aws/stack-namespace": "default", "ingress.k8s.aws/stack-name": "shop" },
  });
  expect(binding?.spec).toEqual({
    targetGroupARN: group?.status?.ackResourceMetadata?.arn,
    targetType: "instance",
    serviceRef: { name: "web", port: "http" },
  });
});

test("target-control-port, by Service and port as the backend writes it, behind its feature gate; it is part of the name", () => {
  const controlled = ingress("shop", spec, { "target-control-port.web.http": "3000", "target-control-port.web.80": "4000" });
  const closed = specOf(strictStack([controlled]), "TargetGroup");
  const open = specOf(strictStack([controlled], { flags: { enableTargetControlAgent: true } }), "TargetGroup");
  expect(closed.targetControlPort).toBeUndefined();
  expect(open.targetControlPort).toBe(3000);
  expect(open.name).not.toBe(closed.name);
});

test("multi-cluster-target-group is a matter of the binding", () => {
  const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
  const bindingOf = (annotations: Record<string, string>) => {
    const world = settledWorld([loadBalancerController], { strict: true }, web, ingress("shop", spec, annotations));
    return world.list<TargetGroupBinding>("TargetGroupBinding")[0]?.spec;
  };
  expect(bindingOf({})).not.toHaveProperty("multiClusterTargetGroup");
  expect(bindingOf({ "multi-cluster-target-group": "true" })).toMatchObject({ multiClusterTargetGroup: true });
});
