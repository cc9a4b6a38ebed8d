import type { Ingress, KubeObject } from "@loopway/model";
import { expect, test } from "vitest";
import { backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
const one = (annotations: Record<string, string>) => ingress("a", spec, annotations);
const two = (suffix: string, left: string, right: string): [Ingress, Ingress] => [
  ingress("a", spec, { "group.name": "g", [suffix]: left }),
  ingress("b", spec, { "group.name": "g", [suffix]: right }),
];

const settings: [annotations: Record<string, string>, fields: Record<string, unknown>][] = [
  [{ "ip-address-type": "dualstack" }, { ipAddressType: "dualstack" }],
  [{ subnets: "subnet-b, subnet-a" }, { subnetMapping: [{ subnetID: "subnet-a" }, { subnetID: "subnet-b" }] }],
  [{ "security-groups": "sg-2,sg-1" }, { securityGroups: ["sg-2", "sg-1"] }],
  [{ "security-groups": "sg-1", "manage-backend-security-group-rules": "true" }, { securityGroups: ["sg-1", "sg-shared"] }],
  [{ "customer-owned-ipv4-pool": "pool" }, { customerOwnedIPv4Pool: "pool" }],
  [{ "ipam-ipv4-pool-id": "ipam-pool-1" }, { ipv4IPAMPool: "ipam-pool-1" }],
  [{ "minimum-load-balancer-capacity": "CapacityUnits=500" }, { minimumLoadBalancerCapacity: { capacityUnits: 500 } }],
  [{ tags: "team=a,note=x\\,y" }, { tags: { team: "a", note: "x,y" } }],
  [{ "load-balancer-name": "mine" }, { name: "mine" }],
  [
    { "load-balancer-attributes": "idle_timeout.timeout_seconds=30" },
    { loadBalancerAttributes: [{ key: "idle_timeout.timeout_seconds", value: "30" }] },
  ],
];
test.each(settings)("%j", (annotations, fields) => {
  const stack = strictStack([one(annotations)], { flags: { backendSecurityGroup: "sg-shared" } });
  expect(specOf(stack, "LoadBalancer")).toMatchObject(fields);
});

const SETTINGS = "alb.ingress.kubernetes.io";
const refusals: [says: string, ...ingresses: Ingress[]][] = [
  ["conflicting IPAddressType: [dualstack ipv4]", ...two("ip-address-type", "ipv4", "dualstack")],
  ["unknown IPAddressType: ipv6", one({ "ip-address-type": "ipv6" })],
  ["conflicting subnets: [subnet-a subnet-b] | [subnet-a subnet-c]", ...two("subnets", "subnet-a,subnet-b", "subnet-a,subnet-c")],
  ["subnets count less than minimal required count: 1 < 2", one({ subnets: "subnet-a" })],
  ["conflicting securityGroups: [sg-1 sg-2] | [sg-2 sg-1]", ...two("security-groups", "sg-1,sg-2", "sg-2,sg-1")],
  ["cannot use empty value for customer-owned-ipv4-pool annotation, ingress: default/a", one({ "customer-owned-ipv4-pool": "" })],
  ["conflicting CustomerOwnedIPv4Pool: [p1 p2]", ...two("customer-owned-ipv4-pool", "p2", "p1")],
  ["invalid key to set the capacity: Units, Expected key: CapacityUnits", one({ "minimum-load-balancer-capacity": "Units=1" })],
  [
    "conflicting capacity reservation CapacityUnits: 100 | 200",
    ...two("minimum-load-balancer-capacity", "CapacityUnits=100", "CapacityUnits=200"),
  ],
  ["conflicting tag team: a | b", ...two("tags", "team=a", "team=b")],
  ["failed build tags for Ingress default/a: external managed tag key owner cannot be specified", one({ tags: "owner=me" })],
  ["conflicting WAFv2 WebACL ARNs: [arn:1 arn:2]", ...two("wafv2-acl-arn", "arn:2", "arn:1")],
  ["conflicting WAFv2 WebACL names: [one two]", ...two("wafv2-acl-name", "one", "two")],
  ["conflicting WAFClassic WebACL IDs: [one two]", ...two("waf-acl-id", "one", "two")],
  [
    "conflicting WAFClassic WebACL IDs: [one two]",
    ingress("a", spec, { "group.name": "g", "waf-acl-id": "one" }),
    ingress("b", spec, { "group.name": "g", "web-acl-id": "two" }),
  ],
  ["conflicting enable shield advanced protection", ...two("shield-advanced-protection", "true", "false")],
  [
    `failed to parse bool annotation, ${SETTINGS}/shield-advanced-protection: yes: strconv.ParseBool: parsing "yes": invalid syntax`,
    one({ "shield-advanced-protection": "yes" }),
  ],
];
test.each(refusals)("refused: %s", (says, ...ingresses) => {
  expect(strictStack(ingresses, { flags: { externalManagedTags: ["owner"] } })).toBe(says);
});

const sources: [annotations: Record<string, string>, ingress: Record<string, unknown>[]][] = [
  [{}, [{ ipRanges: [{ cidrIP: "0.0.0.0/0" }] }]],
  [{ "ip-address-type": "dualstack" }, [{ ipRanges: [{ cidrIP: "0.0.0.0/0" }] }, { ipv6Range: [{ cidrIPv6: "::/0" }] }]],
  [{ "inbound-cidrs": "fd00::/8, 10.0.0.0/8" }, [{ ipRanges: [{ cidrIP: "10.0.0.0/8" }] }]],
  [{ "security-group-prefix-lists": "pl-1" }, [{ prefixLists: [{ listID: "pl-1" }] }]],
];
test.each(sources)("the managed security group lets in: %j", (annotations, rules) => {
  const ports = { ipProtocol: "tcp", fromPort: 80, toPort: 80 };
  expect(specOf(strictStack([one(annotations)]), "SecurityGroup")).toEqual({
    groupName: expect.stringMatching(/^k8s-default-a-[0-9a-f]{10}$/),
    description: "[k8s] Managed SecurityGroup for LoadBalancer",
    ingress: rules.map((source) => ({ ...ports, ...source })),
  });
});

test("WAF and Shield stand beside the load balancer; none takes a web ACL away", () => {
  const stack = strictStack([one({ "wafv2-acl-arn": "none", "waf-acl-id": "acl", "shield-advanced-protection": "true" })]);
  const resourceARN = { $ref: "#/resources/AWS::ElasticLoadBalancingV2::LoadBalancer/LoadBalancer/status/loadBalancerARN" };
  const specs = typeof stack === "string" ? [] : Object.entries(stack.resources).filter(([type]) => /WAF|Shield/.test(type));
  expect(specs).toEqual([
    ["AWS::WAFv2::WebACLAssociation", { LoadBalancer: { spec: { webACLARN: "", resourceARN } } }],
    ["AWS::WAFRegional::WebACLAssociation", { LoadBalancer: { spec: { webACLID: "acl", resourceARN } } }],
    ["AWS::Shield::Protection", { LoadBalancer: { spec: { enabled: true, resourceARN } } }],
  ]);
});

test("ip targets behind a closed feature gate are refused", () => {
  expect(strictStack([one({ "target-type": "ip" })], { flags: { enableIpTargetType: false } })).toBe(
    "ingress: default/a: unsupported targetType: ip when EnableIPTargetType is false",
  );
});

test("subnets of the same set in another order are the same setting", () => {
  expect(typeof strictStack(two("subnets", "subnet-a,subnet-b", "subnet-b,subnet-a"))).toBe("object");
});

test.each([
  ["and the controller's default-tags beat both", false, "flag"],
  ["and default-tags come last behind their feature gate", true, "class"],
])("tags of the class beat those of the Ingress, %s", (_name, enableDefaultTagsLowPriority, from) => {
  const ofTeam = (params: Record<string, unknown>): KubeObject[] => [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "team" },
      spec: { controller: "ingress.k8s.aws/alb", parameters: { apiGroup: "elbv2.k8s.aws", kind: "IngressClassParams", name: "team" } },
    } as KubeObject,
    { apiVersion: "elbv2.k8s.aws/v1beta1", kind: "IngressClassParams", metadata: { name: "team" }, spec: params } as KubeObject,
  ];
  const a: Ingress = {
    ...ingress("a", { ...spec, ingressClassName: "team" }),
    metadata: { name: "a", namespace: "default", annotations: { [`${SETTINGS}/tags`]: "from=ingress,own=x" } },
  };
  const stack = strictStack([a], {
    objects: ofTeam({ tags: [{ key: "from", value: "class" }] }),
    flags: { defaultTags: { from: "flag", cluster: "dev" }, enableDefaultTagsLowPriority },
  });
  const tags = { from, own: "x", cluster: "dev" };
  expect(specOf(stack, "LoadBalancer").tags).toEqual(tags);
  expect(specOf(stack, "Listener").tags).toEqual(tags);
  expect(specOf(stack, "ListenerRule").tags).toEqual(tags);
  expect(specOf(stack, "TargetGroup").tags).toEqual(tags);
});

test.each([
  [{ kind: "Other", apiGroup: "elbv2.k8s.aws", name: "x" }, "invalid ingress class: IngressClass team references unknown parameters"],
  [
    { kind: "IngressClassParams", apiGroup: "elbv2.k8s.aws", name: "x" },
    'invalid ingress class: ingressclassparamses.elbv2.k8s.aws "x" not found',
  ],
])("a class with the parameters %j", (parameters, says) => {
  const team = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "team" } };
  const { metadata, ...rest } = ingress("a", { ...spec, ingressClassName: "team" });
  const a = { ...rest, metadata: { name: metadata.name, namespace: "default" } };
  const objects = [{ ...team, spec: { controller: "ingress.k8s.aws/alb", parameters } }];
  expect(strictStack([a], { objects })).toBe(says);
});
