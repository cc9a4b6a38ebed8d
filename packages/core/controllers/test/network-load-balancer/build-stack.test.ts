import { ObjectCache } from "@loopway/kube";
import { addressPlan, type Service, type ServicePort } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { buildNetworkLoadBalancer, type NetworkLoadBalancerStack } from "../../src/network-load-balancer/build-stack.ts";
import { defaultServiceFlags, type ServiceFlags } from "../../src/network-load-balancer/flags.ts";
import { type Vpc, vpcOf } from "../../src/network-load-balancer/vpc.ts";
import { service } from "../objects.ts";

const AWS = "service.beta.kubernetes.io/aws-load-balancer-";
const http: ServicePort = { name: "http", port: 80, targetPort: 8080, nodePort: 30_080, protocol: "TCP" };
const dns: ServicePort = { name: "dns", port: 80, targetPort: 5353, nodePort: 30_053, protocol: "UDP" };
const ARN = "arn:aws:acm:us-east-1:111122223333:certificate/one";

/** What the controller takes; annotations without their prefix, whole where they have a slash. */
function network(annotations: Record<string, string>, spec: Partial<Service["spec"]> = {}): Service {
  const plain = service("edge", { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb", ports: [http], ...spec });
  const prefixed = Object.entries(annotations).map(([key, value]) => [key.includes("/") ? key : AWS + key, value]);
  return { ...plain, metadata: { ...plain.metadata, uid: "uid-1", annotations: Object.fromEntries(prefixed) } };
}

const vpc: Vpc = { ...vpcOf(addressPlan(0)), isComplete: true };

function build(subject: Service, { others = [], flags = defaultServiceFlags }: { others?: Service[]; flags?: ServiceFlags } = {}) {
  const snapshot = new ObjectCache();
  for (const object of [subject, ...others]) snapshot.put(object);
  return buildNetworkLoadBalancer(subject, { snapshot, flags, vpc });
}

function stackOf(...given: Parameters<typeof build>): NetworkLoadBalancerStack {
  const built = build(...given);
  if (built.kind !== "built") throw new Error(JSON.stringify(built));
  return built.stack;
}

const ip = { "nlb-target-type": "ip" };
const internetFacing = { scheme: "internet-facing" };
const forwardTo = (forwardConfig: object) => ({
  "service.beta.kubernetes.io/actions.TCP-80": JSON.stringify({ type: "forward", forwardConfig }),
});

/** Service, the field or annotation that the problem points at, and the controller's words. */
const refusals: [says: string, path: string, subject: Service][] = [
  ["unknown scheme: public", "scheme", network({ scheme: "public" })],
  [
    `failed to parse bool annotation, ${AWS}internal: yes: strconv.ParseBool: parsing "yes": invalid syntax`,
    "internal",
    network({ internal: "yes" }),
  ],
  ["unknown IPAddressType: ipv6", "ip-address-type", network({ "ip-address-type": "ipv6" })],
  ["load balancer name cannot be longer than 32 characters", "name", network({ name: "a-name-of-thirty-three-characters" })],
  [`failed to parse stringMap annotation, ${AWS}attributes: a=1,b`, "attributes", network({ attributes: "a=1,b" })],
  [
    "invalid dns_record.client_routing_policy set in annotation aws-load-balancer-attributes: got 'near' expected one of ['any_availability_zone', 'partial_availability_zone_affinity', 'availability_zone_affinity']",
    "attributes",
    network({ attributes: "dns_record.client_routing_policy=near" }),
  ],
  ["couldn't find all subnets, missing names: [mine]", "subnets", network({ subnets: "mine" })],
  ["couldn't find all subnets, want: [subnet-1], found: []", "subnets", network({ subnets: "subnet-1" })],
  [
    "couldn't find all security groups: requested ids [sg-1] but found [], requested names [web] but found []",
    "security-groups",
    network({ "security-groups": "sg-1,web" }),
  ],
  ["EIP allocations can only be set for internet facing load balancers", "eip-allocations", network({ "eip-allocations": "eip-1" })],
  [
    "count of EIP allocations (1) and subnets (3) must match",
    "eip-allocations",
    network({ ...internetFacing, "eip-allocations": "eip-1" }),
  ],
  [
    "private IPv4 addresses can only be set for internal load balancers",
    "private-ipv4-addresses",
    network({ ...internetFacing, "private-ipv4-addresses": "10.0.0.1" }),
  ],
  [
    "count of private IPv4 addresses (1) and subnets (3) must match",
    "private-ipv4-addresses",
    network({ "private-ipv4-addresses": "127.10.1.40" }),
  ],
  [
    "private IPv4 addresses must be valid IP address: here",
    "private-ipv4-addresses",
    network({ "private-ipv4-addresses": "127.10.1.40,127.10.2.40,here" }),
  ],
  [
    "expect one private IPv4 address configured for subnet: subnet-0000000000000000c",
    "private-ipv4-addresses",
    network({ "private-ipv4-addresses": "127.10.1.40,127.10.2.40,127.11.3.40" }),
  ],
  ["IPv6 addresses can only be set for dualstack load balancers", "ipv6-addresses", network({ "ipv6-addresses": "2001:db8::1" })],
  [
    "enable-prefix-for-ipv6-source-nat annotation is only applicable to Network Load Balancers using Dualstack IP address type.",
    "enable-prefix-for-ipv6-source-nat",
    network({ "enable-prefix-for-ipv6-source-nat": "on" }),
  ],
  [
    "Invalid value for securityGroupsInboundRulesOnPrivateLink status: yes, value must be one of [on, off]",
    "inbound-sg-rules-on-private-link-traffic",
    network({ "inbound-sg-rules-on-private-link-traffic": "yes" }),
  ],
  ["unsupported health check protocol UDP", "healthcheck-protocol", network({ "healthcheck-protocol": "UDP" })],
  [
    "failed to resolve healthCheckPort: unable to find port admin on service default/edge",
    "healthcheck-port",
    network({ "healthcheck-port": "admin" }),
  ],
  [
    "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port",
    "healthcheck-port",
    network({ ...ip, "healthcheck-port": "http" }, { ports: [{ ...http, targetPort: "web" }] }),
  ],
  [
    `failed to parse int32 annotation, ${AWS}healthcheck-interval: 10s: strconv.ParseInt: parsing "10s": invalid syntax`,
    "healthcheck-interval",
    network({ "healthcheck-interval": "10s" }),
  ],
  [
    'failed to parse attribute preserve_client_ip.enabled=on: strconv.ParseBool: parsing "on": invalid syntax',
    "target-group-attributes",
    network({ "target-group-attributes": "preserve_client_ip.enabled=on" }),
  ],
  [
    "invalid port number in proxy-protocol-per-target-group: http",
    "proxy-protocol-per-target-group",
    network({ "proxy-protocol-per-target-group": "http" }),
  ],
  ["Unused port in ssl-ports annotation [85 tls]", "ssl-ports", network({ "ssl-cert": ARN, "ssl-ports": "85,http,tls" })],
  [
    "invalid ALPN policy h2, policy must be one of [None, HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred]",
    "alpn-policy",
    network({ "ssl-cert": ARN, "alpn-policy": "h2" }),
  ],
  ["Unsupported QUIC upgrade for protocol TCP", "quic-enabled-ports", network({ "quic-enabled-ports": "80" })],
  ['unsupported service type "ClusterIP" for load balancer target type "instance"', "/spec/type", network({}, { type: "ClusterIP" })],
  [
    "unable to support instance target type with an unallocated NodePort",
    "/spec/allocateLoadBalancerNodePorts",
    network({}, { allocateLoadBalancerNodePorts: false, ports: [{ port: 80, protocol: "TCP" }] }),
  ],
  [
    "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
    "/spec/ports/0",
    network({}, { ports: [{ port: 80, protocol: "TCP" }] }),
  ],
  ["unsupported IPv6 configuration, lb not dual-stack", "/spec/ipFamilies", network({}, { ipFamilies: ["IPv6"] })],
  [
    "unsupported v6 cidr 2001:db8::/32 when lb is not dualstack",
    "/metadata/annotations/service.beta.kubernetes.io~1load-balancer-source-ranges",
    network({ "service.beta.kubernetes.io/load-balancer-source-ranges": "2001:db8::/32" }),
  ],
  [
    "unsupported v6 cidr ::/0 when lb is not dualstack",
    "/spec/loadBalancerSourceRanges",
    network({}, { loadBalancerSourceRanges: ["::/0"] }),
  ],
  ["protocols can't match for merging: TCP", "/spec/ports", network({ "enable-tcp-udp-listener": "true" }, { ports: [http, http] })],
  [
    `failed to parse json annotation, service.beta.kubernetes.io/actions.TCP-80: {"type":"forward","forwardConfig":{"baseServiceWeight":"1"}}: json: cannot unmarshal string into Go struct field ForwardActionConfig.forwardConfig.baseServiceWeight of type int32`,
    "/metadata/annotations/service.beta.kubernetes.io~1actions.TCP-80",
    network(forwardTo({ baseServiceWeight: "1" })),
  ],
  [
    "invalid ForwardConfig: base service weight is required",
    "/metadata/annotations/service.beta.kubernetes.io~1actions.TCP-80",
    network(forwardTo({ targetGroups: [] })),
  ],
  [
    "invalid ForwardConfig: invalid TargetGroupTuple: target group weight must be between 0 and 999",
    "/metadata/annotations/service.beta.kubernetes.io~1actions.TCP-80",
    network(forwardTo({ baseServiceWeight: 1, targetGroups: [{ serviceName: "b", servicePort: 80, weight: 1000 }] })),
  ],
  [
    'services "gone" not found',
    "/metadata/annotations/service.beta.kubernetes.io~1actions.TCP-80",
    network(forwardTo({ baseServiceWeight: 1, targetGroups: [{ serviceName: "gone", servicePort: 80, weight: 1 }] })),
  ],
];

describe("a Service is refused in the words of the real controller, by object and field", () => {
  test.each(refusals)("%s", (message, path, subject) => {
    const pointer = path.startsWith("/") ? path : `/metadata/annotations/${AWS.replace("/", "~1")}${path}`;
    const built = build(subject);
    const [first] = built.kind === "refused" ? built.problems : [];
    expect(first).toEqual({ code: "FailedBuildModel", severity: "error", message, object: "Service default/edge", path: pointer });
  });
});

test("SCTP is AWS's to refuse, when the listener is deployed", () => {
  const built = build(network({}, { ports: [{ ...http, protocol: "SCTP" }] }));
  expect(built).toMatchObject({ kind: "refused", problems: [{ code: "FailedDeployModel", path: "/spec/ports/0/protocol" }] });
});

test("all problems are told, each once", () => {
  const bad = { attributes: "x", "healthcheck-protocol": "UDP", "additional-resource-tags": "y" };
  const built = build(network(bad, { ports: [http, { ...http, name: "alt", port: 81, nodePort: 30_081 }] }));
  const suffixes = built.kind === "refused" ? built.problems.map(({ path }) => path?.split("aws-load-balancer-")[1]) : [];
  expect(suffixes).toEqual(["attributes", "additional-resource-tags", "healthcheck-protocol"]);
});

test("TCP and UDP at one port: the first listener wins silently, and merge only where the controller is told so", () => {
  const both = { ports: [http, dns] };
  const protocolsOf = (stack: NetworkLoadBalancerStack) => stack.listeners.map(({ spec }) => spec.protocol);
  expect(protocolsOf(stackOf(network({}, both)))).toEqual(["TCP"]);
  expect(protocolsOf(stackOf(network({}, { ports: [dns, http] })))).toEqual(["UDP"]);
  const merged = stackOf(network({ "enable-tcp-udp-listener": "true" }, both));
  expect(protocolsOf(merged)).toEqual(["TCP_UDP"]);
  expect(merged.targetGroups.map(({ spec }) => spec.protocol)).toEqual(["TCP_UDP"]);
});

test("a certificate makes TLS of all TCP ports, or of those that ssl-ports names; ssl behind it too", () => {
  const https: ServicePort = { ...http, name: "https", port: 443, nodePort: 30_443 };
  const protocolsOf = (annotations: Record<string, string>) => {
    const { listeners, targetGroups } = stackOf(network({ "ssl-cert": `${ARN}, two`, ...annotations }, { ports: [http, https] }));
    return [listeners, targetGroups].map((objects) => objects.map(({ spec }) => spec.protocol).join(" "));
  };
  expect(protocolsOf({})).toEqual(["TLS TLS", "TCP TCP"]);
  expect(protocolsOf({ "ssl-ports": "https" })).toEqual(["TCP TLS", "TCP TCP"]);
  expect(protocolsOf({ "ssl-ports": "443", "backend-protocol": "ssl" })).toEqual(["TCP TLS", "TCP TLS"]);
});

test("weights: the Service's own target group first, then those of the annotation, named after the owner too", () => {
  const canary = service("canary", { ports: [{ ...http, nodePort: 30_081 }] });
  const others = [{ ...canary, metadata: { ...canary.metadata, uid: "uid-2" }, spec: { ...canary.spec, type: "NodePort" as const } }];
  const arn = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/mine/0123456789abcdef";
  const targetGroups = [
    { serviceName: "canary", servicePort: "http", weight: 10 },
    { targetGroupARN: arn, weight: 0 },
  ];
  const stack = stackOf(network(forwardTo({ baseServiceWeight: 90, targetGroups })), { others });
  const forward = stack.listeners[0]?.spec.defaultActions[0]?.forwardConfig?.targetGroups;
  const [own, beside] = stack.targetGroups.map(({ spec }) => spec.name);
  expect(forward?.map(({ targetGroupRef, weight }) => [targetGroupRef.from.name, weight])).toEqual([
    [own, 90],
    [beside, 10],
    ["mine", 0],
  ]);
  expect(beside).toMatch(/^k8s-default-canary-[0-9a-f]{10}$/);
});

/** Who may reach the targets: [from, ports] of each rule. */
function networkingOf(subject: Service, gates: Partial<ServiceFlags["gates"]> = {}): string[] {
  const flags = { ...defaultServiceFlags, gates: { ...defaultServiceFlags.gates, ...gates } };
  const rules = stackOf(subject, { flags }).bindings[0]?.spec.networking?.ingress ?? [];
  return rules.map(({ from, ports }) => {
    const sources = from.map(({ ipBlock, securityGroup }) => ipBlock?.cidr ?? securityGroup?.groupID);
    return `${sources.join(" ")} → ${ports.map(({ protocol, port }) => `${protocol} ${port}`).join(", ")}`;
  });
}

test("with security groups, targets take traffic and health checks from the backend group", () => {
  const { backendSecurityGroup } = defaultServiceFlags;
  expect(networkingOf(network({}))).toEqual([`${backendSecurityGroup} → TCP 30080`]);
  expect(networkingOf(network({ "healthcheck-port": "9090" }))).toEqual([`${backendSecurityGroup} → TCP 30080, TCP 9090`]);
  expect(networkingOf(network(ip, { ports: [dns] }))).toEqual([`${backendSecurityGroup} → UDP 5353, TCP 5353`]);
});

test("without, from the VPC where client addresses arrive at the targets, else from the load balancer's subnets", () => {
  const legacy = { nlbSecurityGroup: false };
  const subnets = "127.10.1.0/24 127.10.2.0/24 127.10.3.0/24";
  expect(networkingOf(network({}), legacy)).toEqual(["127.10.0.0/16 → TCP 30080"]);
  expect(networkingOf(network(internetFacing), legacy)).toEqual(["0.0.0.0/0 → TCP 30080"]);
  expect(networkingOf(network(ip), legacy)).toEqual([`${subnets} → TCP 8080`]);
  expect(networkingOf(network({}, { loadBalancerSourceRanges: ["10.0.0.0/8"] }), legacy)).toEqual([
    "10.0.0.0/8 → TCP 30080",
    `${subnets} → TCP 30080`,
  ]);
  expect(networkingOf(network({ "manage-backend-security-group-rules": "false" }), legacy)).toEqual([]);
});

test("an existing load balancer keeps its scheme and subnets, and never gets security groups where it has none", () => {
  const subject = network({});
  const first = stackOf(subject).loadBalancer;
  const { securityGroups: _, ...spec } = { ...first.spec, scheme: "internet-facing" as const };
  const snapshot = new ObjectCache();
  snapshot.put({ ...first, spec: { ...spec, subnetMappings: [{ subnetID: "subnet-0000000000000000b" }] } });
  const built = buildNetworkLoadBalancer(subject, { snapshot, flags: defaultServiceFlags, vpc });
  expect(built).toMatchObject({
    kind: "built",
    stack: { loadBalancer: { spec: { scheme: "internet-facing", subnetMappings: [{ subnetID: "subnet-0000000000000000b" }] } } },
  });
  expect(built.kind === "built" && built.stack.loadBalancer.spec.securityGroups).toBe(undefined);
  const flags = { ...defaultServiceFlags, gates: { ...defaultServiceFlags.gates, nlbSecurityGroup: false } };
  snapshot.put(first);
  expect(buildNetworkLoadBalancer(subject, { snapshot, flags, vpc })).toMatchObject({
    kind: "refused",
    problems: [{ message: "conflicting security groups configuration" }],
  });
});

test("the controller says what AWS answers where its role may not call", () => {
  const refusedCalls = { DescribeSubnets: "operation error EC2: DescribeSubnets, UnauthorizedOperation" };
  const built = buildNetworkLoadBalancer(network({}), {
    snapshot: new ObjectCache(),
    flags: defaultServiceFlags,
    vpc: { ...vpc, refusedCalls },
  });
  expect(built).toMatchObject({ kind: "refused", problems: [{ message: refusedCalls.DescribeSubnets, path: "" }] });
});

test("what an annotation names beyond Loopway's own VPC counts as there: the user's account is not ours to see", () => {
  const subject = network({ subnets: "mine-a,mine-b", "security-groups": "sg-1,web", "private-ipv4-addresses": "10.0.0.1,10.0.1.1" });
  const built = buildNetworkLoadBalancer(subject, {
    snapshot: new ObjectCache(),
    flags: defaultServiceFlags,
    vpc: vpcOf(addressPlan(0)),
  });
  const subnetMappings = [
    { subnetID: "mine-a", privateIPv4Address: "10.0.0.1" },
    { subnetID: "mine-b", privateIPv4Address: "10.0.1.1" },
  ];
  expect(built).toMatchObject({
    kind: "built",
    stack: { loadBalancer: { spec: { subnetMappings, securityGroups: ["sg-1", "web"] } } },
  });
});

test("only what its class or its annotations name is taken; a protected one may not go", () => {
  const kindOf = (annotations: Record<string, string>, spec: Partial<Service["spec"]>) => build(network(annotations, spec)).kind;
  const unclassed = { loadBalancerClass: undefined } as unknown as Partial<Service["spec"]>;
  expect(kindOf({}, unclassed)).toBe("not-taken");
  expect(kindOf({ type: "nlb" }, unclassed)).toBe("not-taken");
  expect(kindOf({ type: "external" }, unclassed)).toBe("not-taken");
  expect(kindOf({ type: "external", ...ip }, unclassed)).toBe("built");
  expect(kindOf({ type: "nlb-ip" }, unclassed)).toBe("built");
  expect(kindOf({ type: "nlb-ip" }, { loadBalancerClass: "other" })).toBe("not-taken");
  const leaving = network({ attributes: "deletion_protection.enabled=true" });
  const metadata = { ...leaving.metadata, deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["service.k8s.aws/resources"] };
  expect(build({ ...leaving, metadata })).toMatchObject({
    kind: "refused",
    problems: [{ message: "deletion_protection is enabled, cannot delete the service: edge" }],
  });
});

test("path MTU discovery lets ICMP in, from where the listeners may be reached", () => {
  const annotations = { "enable-icmp-for-path-mtu-discovery": "on" };
  const ingressOf = (value: Record<string, string>) =>
    stackOf(network(value, { loadBalancerSourceRanges: ["10.0.0.0/8"] })).securityGroup?.ingress;
  expect(ingressOf({})).toEqual([{ protocol: "tcp", port: 80, source: "10.0.0.0/8" }]);
  expect(ingressOf(annotations)).toEqual([
    { protocol: "tcp", port: 80, source: "10.0.0.0/8" },
    { protocol: "icmp", port: 3, toPort: 4, source: "10.0.0.0/8" },
  ]);
});
