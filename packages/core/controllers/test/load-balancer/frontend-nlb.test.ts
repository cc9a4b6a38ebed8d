import type { Ingress } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
const enabled = { "enable-frontend-nlb": "true" };
const one = (annotations: Record<string, string> = {}) => ingress("a", spec, { ...enabled, ...annotations });
const two = (left: Record<string, string>, right: Record<string, string>): [Ingress, Ingress] => [
  ingress("a", spec, { "group.name": "g", ...enabled, ...left }),
  ingress("b", spec, { "group.name": "g", ...right }),
];
const prefixed = (settings: Record<string, string>) =>
  Object.fromEntries(Object.entries(settings).map(([suffix, value]) => [`frontend-nlb-${suffix}`, value]));
const ref = (path: string) => ({ $ref: `#/resources/AWS::ElasticLoadBalancingV2::${path}` });

test("without the annotation, or with false, there is none", () => {
  for (const annotations of [{ "enable-frontend-nlb": "false" }, { "frontend-nlb-scheme": "internal" }])
    expect(() => specOf(strictStack([ingress("a", spec, annotations)]), "LoadBalancer", "FrontendNlb")).toThrow();
});

test("it is called after the load balancer, and has its address type and security groups; scheme and subnets are its own", () => {
  const stack = strictStack([one({ "load-balancer-name": "a-name-of-thirty-two-characters-", scheme: "internet-facing" })]);
  const alb = specOf(stack, "LoadBalancer", "LoadBalancer");
  expect(specOf(stack, "LoadBalancer", "FrontendNlb")).toEqual({
    name: "a-name-of-thirty-two-charact-nlb",
    type: "network",
    scheme: "internal",
    ipAddressType: "ipv4",
    securityGroups: alb.securityGroups,
    subnetMapping: alb.subnetMapping,
  });
});

test("a TCP listener for each port, forwarding to a target group of type alb with the group's hash", () => {
  const stack = strictStack([one({ "listen-ports": '[{"HTTP": 80}]' })]);
  const id = "TargetGroup/FrontendNlb-tg-TCP-80/status/targetGroupARN";
  expect(specOf(stack, "Listener", "FrontendNlb-ls-TCP-80")).toEqual({
    port: 80,
    protocol: "TCP",
    loadBalancerARN: ref("LoadBalancer/FrontendNlb/status/loadBalancerARN"),
    defaultActions: [{ type: "forward", forwardConfig: { targetGroups: [{ targetGroupARN: ref(id) }] } }],
  });
  expect(specOf(stack, "TargetGroup", "FrontendNlb-tg-TCP-80")).toEqual({
    name: expect.stringMatching(/^k8s-default-a-[0-9a-f]{10}$/),
    targetType: "alb",
    ipAddressType: "ipv4",
    port: 80,
    protocol: "TCP",
    healthCheckConfig: {
      port: "traffic-port",
      protocol: "HTTP",
      path: "/",
      matcher: { httpCode: "200" },
      intervalSeconds: 15,
      timeoutSeconds: 5,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
    },
  });
});

const settings: [annotations: Record<string, string>, fields: Record<string, unknown>][] = [
  [{ scheme: "internet-facing" }, { scheme: "internet-facing" }],
  [{ "security-groups": "sg-2,sg-1" }, { securityGroups: ["sg-2", "sg-1"] }],
  [{ subnets: "s-2,s-1" }, { subnetMapping: [{ subnetID: "s-2" }, { subnetID: "s-1" }] }],
  [
    { scheme: "internet-facing", subnets: "s-1,s-2", "eip-allocations": "eip-1,eip-2" },
    { subnetMapping: ["1", "2"].map((index) => ({ subnetID: `s-${index}`, allocationID: `eip-${index}` })) },
  ],
  [
    { attributes: "load_balancing.cross_zone.enabled=true" },
    { loadBalancerAttributes: [{ key: "load_balancing.cross_zone.enabled", value: "true" }] },
  ],
  [{ tags: "team=edge" }, { tags: { team: "edge" } }],
  [{}, { tags: { owner: "a" } }],
];
test.each(settings)("%j", (annotations, fields) => {
  const stack = strictStack([one({ tags: "owner=a", ...prefixed(annotations) })]);
  expect(specOf(stack, "LoadBalancer", "FrontendNlb")).toMatchObject(fields);
});

test("a mapping names the only ports that listen; what it maps to no listener is passed over", () => {
  const stack = strictStack([
    one({ "listen-ports": '[{"HTTP": 80}, {"HTTP": 8080}]', ...prefixed({ "listener-port-mapping": "81=80,82=443" }) }),
  ]);
  const ids = typeof stack === "string" ? [stack] : Object.keys(stack.resources["AWS::ElasticLoadBalancingV2::Listener"] ?? {});
  expect(ids).toEqual(["80", "8080", "FrontendNlb-ls-TCP-81"]);
});

test("what one member says about the health check holds for the port", () => {
  const stack = strictStack(two({}, prefixed({ "healthcheck-path": "/up", "healthcheck-port": "8080", "healthcheck-protocol": "HTTPS" })));
  expect(specOf(stack, "TargetGroup", "FrontendNlb-tg-TCP-80").healthCheckConfig).toMatchObject({
    path: "/up",
    port: 8080,
    protocol: "HTTPS",
  });
});

const merging = "failed to merge NLB listenPort config for port: 80: conflicting";
const computing = "failed to compute listenPort config for ingress: default/a:";
const refusals: [says: string, ...ingresses: Ingress[]][] = [
  ["conflicting enable frontend NLB values", ...two({}, { "enable-frontend-nlb": "false" })],
  ["unknown scheme: public", one(prefixed({ scheme: "public" }))],
  [
    "conflicting scheme: map[internal:{} internet-facing:{}]",
    ...two(prefixed({ scheme: "internet-facing" }), prefixed({ scheme: "internal" })),
  ],
  [
    "conflicting securityGroups: [sg-1 sg-2] | [sg-2 sg-1]",
    ...two(prefixed({ "security-groups": "sg-1,sg-2" }), prefixed({ "security-groups": "sg-2,sg-1" })),
  ],
  ["conflicting subnets: [s-1] | [s-2]", ...two(prefixed({ subnets: "s-1" }), prefixed({ subnets: "s-2" }))],
  ["EIP allocations can only be set for internet facing load balancers", one(prefixed({ "eip-allocations": "e-1" }))],
  [
    "count of EIP allocations (1) and subnets (2) must match",
    one(prefixed({ scheme: "internet-facing", subnets: "s-1,s-2", "eip-allocations": "e-1" })),
  ],
  ["conflicting frontend NLB attributes: map[k:1] | map[k:2]", ...two(prefixed({ attributes: "k=1" }), prefixed({ attributes: "k=2" }))],
  ["conflicting frontend NLB tags: map[k:1] | map[k:2]", ...two(prefixed({ tags: "k=1" }), prefixed({ tags: "k=2" }))],
  [`${computing} invalid NLB listener port: http`, one(prefixed({ "listener-port-mapping": "http=80" }))],
  [`${computing} invalid ALB listener port: http`, one(prefixed({ "listener-port-mapping": "80=http" }))],
  [`${computing} failed to resolve healthCheckPort`, one(prefixed({ "healthcheck-port": "web" }))],
  [`${computing} healthCheckProtocol must be within [HTTP, HTTPS]`, one(prefixed({ "healthcheck-protocol": "TCP" }))],
  [
    `${merging} IntervalSeconds, config 2: 20, previous: 10`,
    ...two(prefixed({ "healthcheck-interval-seconds": "10" }), prefixed({ "healthcheck-interval-seconds": "20" })),
  ],
  [
    `${merging} Protocol, config 2: HTTPS, previous: HTTP`,
    ...two(prefixed({ "healthcheck-protocol": "HTTP" }), prefixed({ "healthcheck-protocol": "HTTPS" })),
  ],
  [
    `${merging} Matcher, config 2: 200, previous: 200`,
    ...two(prefixed({ "healthcheck-success-codes": "200" }), prefixed({ "healthcheck-success-codes": "200" })),
  ],
  [
    `${merging} Target Port, config 2: 8080, previous: 80`,
    ...two({}, { "listen-ports": '[{"HTTP": 8080}]', ...prefixed({ "listener-port-mapping": "80=8080" }) }),
  ],
];
describe.each(refusals)("refused: %s", (says, ...ingresses) => {
  test("for the whole group", () => expect(strictStack(ingresses)).toBe(says));
});
