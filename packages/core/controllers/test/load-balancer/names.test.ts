import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { loadBalancerDnsName, loadBalancerName, targetGroupArn, targetGroupName, targetGroupOfArn } from "../../src/load-balancer/names.ts";

const hashOf = (...parts: string[]) => createHash("sha256").update(parts.join("")).digest("hex").slice(0, 10);

test("the load balancer of an Ingress on its own: namespace and name without dashes, eight letters each, and a hash", () => {
  const hash = hashOf("loopway", "my-namespace/api-ingress", "internal");
  expect(loadBalancerName("my-namespace/api-ingress", "internal")).toBe(`k8s-mynamesp-apiingre-${hash}`);
});

test("the load balancer of a group: seventeen letters of its name", () => {
  const hash = hashOf("loopway", "flash-app-group.of.many", "internet-facing");
  expect(loadBalancerName("flash-app-group.of.many", "internet-facing")).toBe(`k8s-flashappgroupofma-${hash}`);
});

test("a target group: the Service, and a hash over all that makes AWS replace it", () => {
  const hash = hashOf("loopway", "shop", "default", "api", "uid-1", "http", "30080", "instance", "HTTP", "HTTP1");
  const name = targetGroupName({
    clusterName: "loopway",
    groupId: "shop",
    ingress: { namespace: "default", name: "api" },
    service: { namespace: "default", name: "orders-service", uid: "uid-1" },
    servicePort: "http",
    targetGroupPort: 30_080,
    targetType: "instance",
    protocol: "HTTP",
    protocolVersion: "HTTP1",
  });
  expect(name).toBe(`k8s-default-ordersse-${hash}`);
  expect(targetGroupOfArn(targetGroupArn(name))).toBe(name);
});

test("a DNS name is the name, ten digits, and the region; an internal one says so", () => {
  expect(loadBalancerDnsName("k8s-Shop", "internet-facing")).toMatch(/^k8s-shop-[1-9]\d{9}\.us-east-1\.elb\.amazonaws\.com$/);
  expect(loadBalancerDnsName("k8s-shop", "internal")).toMatch(/^internal-k8s-shop-[1-9]\d{9}\.us-east-1\.elb\.amazonaws\.com$/);
});
