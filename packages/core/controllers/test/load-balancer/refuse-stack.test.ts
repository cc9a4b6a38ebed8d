/** The controller builds these stacks; AWS refuses them, and the group stays as it is. */
import type { LoadBalancer } from "@loopway/model";
import { expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { backend, ingress, nodePortService, type Path, rule, settledWorld } from "./objects.ts";

const web = nodePortService("web", 30_003);
const toWeb = { rules: [rule("a.example.com", ["/", "Prefix", backend("web")])] };
const paths = (count: number) => Array.from({ length: count }, (_, index): Path => [`/${index}`, "Exact", backend("nobody", 80)]);
const json = JSON.stringify;
const weighted = {
  type: "forward",
  forwardConfig: {
    targetGroups: [
      { serviceName: "web", servicePort: 80, weight: 1 },
      { serviceName: "web", servicePort: "http", weight: 1 },
    ],
  },
};
const toWeighted = { rules: [rule(undefined, ["/", "Exact", backend("weighted", "use-annotation")])] };

const refused: [says: string, spec: Parameters<typeof ingress>[1], annotations: Record<string, string>][] = [
  [
    "ValidationError: A rule can only have '5' condition values",
    toWeb,
    {
      "conditions.web": json([
        { field: "source-ip", sourceIPConfig: { values: ["10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8", "13.0.0.0/8"] } },
      ]),
    },
  ],
  [
    "ValidationError: A rule can only have '5' condition wildcards",
    toWeb,
    { "conditions.web": json([{ field: "http-header", httpHeaderConfig: { httpHeaderName: "x", values: ["*a*b*", "?c?"] } }]) },
  ],
  ["TooManyRules: You've reached the limit on the number of rules per load balancer", { rules: [rule(undefined, ...paths(101))] }, {}],
  [
    "InvalidConfigurationRequest: You must enable group stickiness before enabling target stickiness",
    toWeighted,
    { "actions.weighted": json(weighted), "target-group-attributes": "stickiness.enabled=true" },
  ],
  [
    "InvalidConfigurationRequest: Health check matcher GRPC code '200' must be within 0-99",
    toWeb,
    { "backend-protocol-version": "GRPC", "success-codes": "200" },
  ],
  [
    "ValidationError: http-header condition: Host is asked for with a host-header condition",
    toWeb,
    { "conditions.web": json([{ field: "http-header", httpHeaderConfig: { httpHeaderName: "Host", values: ["a"] } }]) },
  ],
  [
    "ValidationError: host-header condition: localhost has no dot with only letters behind it",
    { rules: [rule("localhost", ["/", "Prefix", backend("web")])] },
    {},
  ],
  ["ValidationError: Health check interval must be greater than the timeout.", toWeb, { "healthcheck-timeout-seconds": "15" }],
];

test.each(refused)("Failed deploy model due to %s", (says, spec, annotations) => {
  const world = settledWorld([loadBalancerController], { strict: true }, web, ingress("a", spec, annotations));
  expect(world.eventsAbout("Ingress")).toContain(`FailedDeployModel: Failed deploy model due to ${says}`);
  expect(world.list<LoadBalancer>("LoadBalancer")).toEqual([]);
});

test("at the quotas nothing is refused", () => {
  const world = settledWorld([loadBalancerController], { strict: true }, web, ingress("a", { rules: [rule(undefined, ...paths(100))] }));
  expect(world.list<LoadBalancer>("LoadBalancer")).toHaveLength(1);
});
