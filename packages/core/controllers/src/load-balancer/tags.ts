// The tags annotation: merged over the group for load balancers and listeners, per Ingress for rules, with the Service's for target groups.
// IngressClassParams beat annotations; the controller's own default-tags beat both, unless a feature gate turns that round
// (pkg/ingress/model_build_tags.go).
import { type Ingress, type KeyValue, objectKey, type Service } from "@loopway/model";
import { type Report, readMap } from "./annotations.ts";
import type { ControllerFlags } from "./flags.ts";
import { classParamsOf } from "./ingress-class.ts";
import { toKeyValues, toRecord } from "./key-values.ts";
import { namespaceOf, type Place, reportTo, reportToGroup, type StackBuild } from "./stack-build.ts";

type Tags = Record<string, string>;

export const STACK_TAG = "ingress.k8s.aws/stack";
export const RESOURCE_TAG = "ingress.k8s.aws/resource";
const CLUSTER_TAG = "elbv2.k8s.aws/cluster";
/** What the controller adds by itself, to find what is its own. */
export const TRACKING_TAGS: readonly string[] = [CLUSTER_TAG, RESOURCE_TAG, STACK_TAG];

/** After the user's (pkg/deploy/tracking/provider.go). */
export function trackingTags({ groupId, flags }: StackBuild, resource: string, tags: readonly KeyValue[]): KeyValue[] {
  return [
    ...tags,
    { key: CLUSTER_TAG, value: flags.clusterName },
    { key: RESOURCE_TAG, value: resource },
    { key: STACK_TAG, value: groupId },
  ];
}

/** The flag default-tags wins over what the user says; feature gate EnableDefaultTagsLowPriority: the user wins. Sorted. */
export function withDefaultTags({ defaultTags, enableDefaultTagsLowPriority }: ControllerFlags, tags: Tags): KeyValue[] {
  return toKeyValues(enableDefaultTagsLowPriority ? { ...defaultTags, ...tags } : { ...tags, ...defaultTags });
}

/** Of what these members share; they may not differ on one. */
export function buildGroupTags(build: StackBuild, members: readonly Ingress[]): KeyValue[] {
  const merged: Tags = {};
  for (const ingress of members) {
    for (const [key, value] of Object.entries(ingressTags(build, ingress))) {
      const known = merged[key];
      if (known !== undefined && known !== value) reportToGroup(build)(`conflicting tag ${key}: ${known} | ${value}`);
      merged[key] = value;
    }
  }
  return withDefaultTags(build.flags, merged);
}

export function buildRuleTags(build: StackBuild, ingress: Ingress): KeyValue[] {
  return withDefaultTags(build.flags, ingressTags(build, ingress));
}

export function buildTargetGroupTags(build: StackBuild, place: Place, service: Service): KeyValue[] {
  const { ingress } = place;
  const reportProblem = reportTo(build, place);
  const ofService = readMap("tags", [service.metadata.annotations], reportProblem);
  const annotated = { ...readMap("tags", [ingress.metadata.annotations], reportProblem), ...ofService };
  const serviceKey = `${namespaceOf(service)}/${service.metadata.name}`;
  const refuse = (problem: string) =>
    reportProblem(`failed build tags for Ingress ${objectKey(ingress)} and Service ${serviceKey}: ${problem}`);
  refuseExternalKeys(build, annotated, refuse);
  return withDefaultTags(build.flags, { ...annotated, ...classTags(build, ingress) });
}

function ingressTags(build: StackBuild, ingress: Ingress): Tags {
  const annotated = readMap("tags", [ingress.metadata.annotations], reportToGroup(build)) ?? {};
  refuseExternalKeys(build, annotated, (problem) =>
    reportToGroup(build)(`failed build tags for Ingress ${objectKey(ingress)}: ${problem}`),
  );
  return { ...annotated, ...classTags(build, ingress) };
}

function classTags(build: StackBuild, ingress: Ingress): Tags {
  return toRecord(classParamsOf(ingress, build.snapshot).tags ?? []);
}

function refuseExternalKeys({ flags }: StackBuild, tags: Tags, refuse: Report): void {
  const key = Object.keys(tags).find((tag) => flags.externalManagedTags.includes(tag));
  if (key !== undefined) refuse(`external managed tag key ${key} cannot be specified`);
}
