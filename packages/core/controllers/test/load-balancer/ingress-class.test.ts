/** IngressClassParams beat the annotations of the class's Ingresses. */
import type { Ingress, IngressClass, IngressClassParams } from "@loopway/model";
import { expect, test } from "vitest";
import { ALB, backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const team: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "team" },
  spec: { controller: "ingress.k8s.aws/alb", parameters: { apiGroup: "elbv2.k8s.aws", kind: "IngressClassParams", name: "team" } },
};

function params(spec: NonNullable<IngressClassParams["spec"]>): IngressClassParams {
  return { apiVersion: "elbv2.k8s.aws/v1beta1", kind: "IngressClassParams", metadata: { name: "team" }, spec };
}

/** Of the class by its field: with the class annotation no parameters are loaded. */
function ofTeam(annotations: Record<string, string>): Ingress {
  const spec = { ingressClassName: "team", rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([suffix, value]) => [`${ALB}/${suffix}`, value]));
  return { ...ingress("a", spec), metadata: { name: "a", namespace: "default", annotations: prefixed } };
}

type Row = [
  set: NonNullable<IngressClassParams["spec"]>,
  annotations: Record<string, string>,
  type: string,
  fields: Record<string, unknown>,
];
const pair = (key: string, value: string) => [{ key, value }];
const rows: Row[] = [
  [{ scheme: "internet-facing" }, { scheme: "internal" }, "LoadBalancer", { scheme: "internet-facing" }],
  [{ loadBalancerName: "ours" }, { "load-balancer-name": "mine" }, "LoadBalancer", { name: "ours" }],
  [{ ipAddressType: "dualstack" }, { "ip-address-type": "ipv4" }, "LoadBalancer", { ipAddressType: "dualstack" }],
  [
    { subnets: { ids: ["subnet-2", "subnet-1"] } },
    { subnets: "subnet-3,subnet-4" },
    "LoadBalancer",
    { subnetMapping: [{ subnetID: "subnet-1" }, { subnetID: "subnet-2" }] },
  ],
  [
    { loadBalancerAttributes: pair("k", "class") },
    { "load-balancer-attributes": "k=ingress" },
    "LoadBalancer",
    { loadBalancerAttributes: pair("k", "class") },
  ],
  [
    { minimumLoadBalancerCapacity: { capacityUnits: 200 } },
    { "minimum-load-balancer-capacity": "CapacityUnits=100" },
    "LoadBalancer",
    { minimumLoadBalancerCapacity: { capacityUnits: 200 } },
  ],
  [{ ipamConfiguration: { ipv4IPAMPoolId: "p1" } }, { "ipam-ipv4-pool-id": "p2" }, "LoadBalancer", { ipv4IPAMPool: "p1" }],
  [
    { certificateArn: ["arn:class"] },
    { "certificate-arn": "arn:ingress" },
    "Listener",
    { port: 443, certificates: [{ certificateARN: "arn:class" }] },
  ],
  [{ sslPolicy: "class" }, { "certificate-arn": "arn:one", "ssl-policy": "ingress" }, "Listener", { sslPolicy: "class" }],
  [
    { listeners: [{ protocol: "HTTP", port: 80, listenerAttributes: pair("k", "class") }] },
    { "listener-attributes.HTTP-80": "k=ingress" },
    "Listener",
    { listenerAttributes: pair("k", "class") },
  ],
  [{ targetType: "ip" }, { "target-type": "instance" }, "TargetGroup", { targetType: "ip", port: 8080 }],
  [
    { inboundCIDRs: ["10.0.0.0/8"] },
    { "inbound-cidrs": "11.0.0.0/8" },
    "SecurityGroup",
    { ingress: [expect.objectContaining({ ipRanges: [{ cidrIP: "10.0.0.0/8" }] })] },
  ],
  [
    { PrefixListsIDs: ["pl-class"] },
    { "security-group-prefix-lists": "pl-ingress" },
    "SecurityGroup",
    { ingress: [expect.objectContaining({ prefixLists: [{ listID: "pl-class" }] })] },
  ],
  [{ wafv2AclArn: "arn:class" }, { "wafv2-acl-arn": "arn:ingress" }, "WebACLAssociation", { webACLARN: "arn:class" }],
];

test.each(rows)("%j beats %j", (set, annotations, type, fields) => {
  const stack = strictStack([ofTeam(annotations)], { objects: [team, params(set)] });
  expect(specOf(stack, type)).toMatchObject(fields);
});

test("an inbound CIDR of the class that is none is said to be the class's", () => {
  expect(strictStack([ofTeam({})], { objects: [team, params({ inboundCIDRs: ["10.0.0.0"] })] })).toBe(
    "ingress: default/a: invalid CIDR in IngressClassParams InboundCIDR 10.0.0.0: invalid CIDR address: 10.0.0.0",
  );
});

test("subnets of the class and subnets of an Ingress in one group do not go together", () => {
  const member = ofTeam({ "group.name": "g" });
  const other = ingress("b", { rules: [] }, { "group.name": "g", subnets: "subnet-1,subnet-2" });
  expect(strictStack([member, other], { objects: [team, params({ subnets: { ids: ["subnet-1", "subnet-2"] } })] })).toBe(
    "conflicting subnet specifications: IngressClassParams versus annotation",
  );
});

test.each([
  [{ env: "prod" }, "object"],
  [{ env: "dev" }, "string"],
])("a namespace labelled %j: %s", (labels, kind) => {
  const objects = [
    team,
    params({ namespaceSelector: { matchLabels: { env: "prod" } } }),
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", labels } },
  ];
  const stack = strictStack([ofTeam({})], { objects });
  expect(typeof stack).toBe(kind);
  if (kind === "string") expect(stack).toBe("invalid ingress class: namespaceSelector of IngressClassParams team mismatch");
});
