// Annotations that belong to the whole load balancer: load-balancer-name, scheme, load-balancer-attributes, tags.
// Source: pkg/ingress/model_build_load_balancer.go and model_build_load_balancer_attributes.go.
import { AVAILABILITY_ZONES, apiVersionOf, CLUSTER_NAME, type Ingress, type KeyValue, kindNamed, type LoadBalancer } from "@loopway/model";
import { readMap, readText } from "./annotations.ts";
import { flags } from "./flags.ts";
import { AWS_NAMESPACE, loadBalancerName } from "./names.ts";
import { originAnnotation, reportTo, reportToGroup, type StackBuild } from "./stack-build.ts";

type Scheme = LoadBalancer["spec"]["scheme"];
const MAX_NAME_LENGTH = 32;
export const STACK_TAG = "ingress.k8s.aws/stack";
const RESOURCE_TAG = "ingress.k8s.aws/resource";
const CLUSTER_TAG = "elbv2.k8s.aws/cluster";
/** Inside an origin pointer: the whole first member; no single place of it makes a load balancer. */
const WHOLE_OBJECT = "";

/** Without checksum and status. Undefined after a problem that leaves no name or scheme. */
export function buildLoadBalancer(build: StackBuild): LoadBalancer | undefined {
  const [first] = build.members;
  const scheme = buildScheme(build);
  const name = scheme === undefined ? undefined : buildName(build, scheme);
  const attributes = mergeMaps(
    build,
    "load-balancer-attributes",
    (key, values) => `conflicting load balancer attributes ${key}: ${values}`,
  );
  const tags = mergeMaps(build, "tags", (key, values) => `conflicting tag ${key}: ${values}`);
  if (first === undefined || scheme === undefined || name === undefined) return undefined;
  return {
    apiVersion: apiVersionOf(kindNamed("LoadBalancer")),
    kind: "LoadBalancer",
    metadata: {
      // Names of AWS may hold upper case, names of objects may not.
      name: name.toLowerCase(),
      namespace: AWS_NAMESPACE,
      annotations: originAnnotation({ ingress: first, pointer: WHOLE_OBJECT }),
    },
    spec: {
      name,
      type: "application",
      scheme,
      ipAddressType: "ipv4",
      subnets: AVAILABILITY_ZONES.map(({ subnetId }) => subnetId),
      ...(attributes.length === 0 ? {} : { attributes }),
      tags: trackingTags(build.groupId, "LoadBalancer", tags),
    },
  };
}

/** The tags by which the controller finds what is its own (pkg/deploy/tracking/provider.go), after the user's. */
export function trackingTags(groupId: string, resource: string, tags: readonly KeyValue[]): KeyValue[] {
  return [...tags, { key: CLUSTER_TAG, value: CLUSTER_NAME }, { key: RESOURCE_TAG, value: resource }, { key: STACK_TAG, value: groupId }];
}

/** Go prints a set of strings as a map with empty structs. */
function formatSet(values: ReadonlySet<string>): string {
  return `map[${[...values]
    .sort()
    .map((value) => `${value}:{}`)
    .join(" ")}]`;
}

function valuesOf(members: readonly Ingress[], suffix: string): Set<string> {
  return new Set(members.flatMap(({ metadata }) => readText(suffix, [metadata.annotations]) ?? []));
}

function buildScheme(build: StackBuild): Scheme | undefined {
  const schemes = valuesOf(build.members, "scheme");
  const [scheme = flags.defaultLoadBalancerScheme] = schemes;
  if (schemes.size > 1) reportToGroup(build)(`conflicting scheme: ${formatSet(schemes)}`);
  else if (scheme === "internal" || scheme === "internet-facing") return scheme;
  else reportToGroup(build)(`unknown scheme: ${scheme}`);
  return undefined;
}

function buildName(build: StackBuild, scheme: Scheme): string | undefined {
  const names = valuesOf(build.members, "load-balancer-name");
  const [name] = names;
  if (name === undefined) return loadBalancerName(build.groupId, scheme);
  if (names.size > 1) reportToGroup(build)(`conflicting load balancer name: ${formatSet(names)}`);
  else if (name.length > MAX_NAME_LENGTH) reportToGroup(build)(`load balancer name cannot be longer than ${MAX_NAME_LENGTH} characters`);
  else return name;
  return undefined;
}

/** The union over the group, sorted by key; two members may not differ on one. */
function mergeMaps(build: StackBuild, suffix: string, conflict: (key: string, values: string) => string): KeyValue[] {
  const merged = new Map<string, string>();
  for (const ingress of build.members) {
    const map = readMap(suffix, [ingress.metadata.annotations], reportTo(build, { ingress, pointer: "/metadata/annotations" }));
    for (const [key, value] of Object.entries(map ?? {})) {
      const known = merged.get(key);
      if (known !== undefined && known !== value) reportToGroup(build)(conflict(key, `${known} | ${value}`));
      merged.set(key, value);
    }
  }
  return toKeyValues(Object.fromEntries(merged));
}

export function toKeyValues(map: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(map)
    .map(([key, value]) => ({ key, value }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

/** Deleting the only Ingress of an implicit group is refused while its load balancer is protected. */
export function isDeletionProtected({ metadata }: Ingress): boolean {
  const attributes = readMap("load-balancer-attributes", [metadata.annotations], () => {});
  return attributes?.["deletion_protection.enabled"] === "true";
}
