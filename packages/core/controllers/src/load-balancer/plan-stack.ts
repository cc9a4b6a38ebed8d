// Desired stack against what is stored → changes. Objects that did not change are not written again.
import { type Change, perObject, type Snapshot } from "@loopway/kube";
import { type KubeObject, type LoadBalancer, objectKey, STACK_LABEL, type TargetGroup } from "@loopway/model";
import { statusChange, updateChange } from "../changes.ts";
import { stackLabels } from "./build-target-group.ts";
import { AWS_NAMESPACE } from "./names.ts";
import { STACK_TAG } from "./tags.ts";

const MEMBER_KINDS = ["Rule", "Listener", "TargetGroup", "SecurityGroup"];

/** How the objects of one stack are found again: an IngressGroup's, or a Service's. */
export interface StackOwner {
  owns(loadBalancer: LoadBalancer): boolean;
  /** Of its load balancers. */
  tag: { key: string; value: string };
  /** Of its TargetGroupBindings. */
  labels: Record<string, string>;
}

export function groupOwner(groupId: string): StackOwner {
  return { owns: (loadBalancer) => groupOf(loadBalancer) === groupId, tag: groupTag(groupId), labels: stackLabels(groupId) };
}

/** The owner's stacks as stored: normally one; two while a change of scheme or name replaces the load balancer. */
export function storedStack({ owns, tag, labels }: StackOwner, snapshot: Snapshot, desired: readonly LoadBalancer[]): KubeObject[] {
  const loadBalancers = listTagged(tag, snapshot).filter(owns);
  const names = new Set([...loadBalancers, ...desired].map(({ metadata }) => metadata.name));
  const members = [...names].flatMap((name) =>
    MEMBER_KINDS.flatMap((kind) => snapshot.list(kind, { namespace: AWS_NAMESPACE, labels: { matchLabels: { [STACK_LABEL]: name } } })),
  );
  return [...loadBalancers, ...members, ...snapshot.list("TargetGroupBinding", { labels: { matchLabels: labels } })];
}

/** The group's, as stored. */
export function loadBalancersOf(groupId: string, snapshot: Snapshot): readonly LoadBalancer[] {
  return listTagged(groupTag(groupId), snapshot);
}

function groupTag(groupId: string): StackOwner["tag"] {
  return { key: STACK_TAG, value: groupId };
}

function listTagged({ key, value }: StackOwner["tag"], snapshot: Snapshot): readonly LoadBalancer[] {
  return snapshot.list<LoadBalancer>("LoadBalancer", { namespace: AWS_NAMESPACE, by: { index: tagIndex, value: `${key}=${value}` } });
}

function tagIndex(object: KubeObject): readonly string[] {
  return (object as LoadBalancer).spec.tags?.map(({ key, value }) => `${key}=${value}`) ?? [];
}

/** The IngressGroup whose stack a load balancer is, by its tag. */
export const groupOf = perObject(({ spec }: LoadBalancer): string | undefined => spec.tags?.find(({ key }) => key === STACK_TAG)?.value);

export function planChanges(desired: readonly KubeObject[], stored: readonly KubeObject[]): Change[] {
  if (stored.length === 0) return desired.map((object) => ({ op: "create", object }));
  const storedByName = new Map(stored.map((object) => [identify(object), object]));
  const desiredNames = new Set(desired.map(identify));
  const writes = desired.flatMap((object) => planWrite(object, storedByName.get(identify(object))));
  const deletes = stored.filter((object) => !desiredNames.has(identify(object))).map(planDelete);
  return [...writes, ...deletes];
}

function identify(object: KubeObject): string {
  return `${object.kind} ${objectKey(object)}`;
}

function planDelete({ kind, metadata: { namespace, name, uid } }: KubeObject): Change {
  return { op: "delete", kind, name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
}

function planWrite(desired: KubeObject, stored: KubeObject | undefined): Change[] {
  if (stored === undefined) return [{ op: "create", object: desired }];
  const { labels, annotations } = desired.metadata;
  const metadata = {
    ...stored.metadata,
    ...(labels === undefined ? {} : { labels: { ...stored.metadata.labels, ...labels } }),
    ...(annotations === undefined ? {} : { annotations: { ...stored.metadata.annotations, ...annotations } }),
  };
  const next: KubeObject = { ...stored, metadata, spec: keepTargets(desired, stored) };
  return [...updateChange(stored, next), ...(desired.status === undefined ? [] : statusChange(stored, desired.status))];
}

/** Targets are registered by another controller; only a load balancer that stands behind another one comes with its stack. */
function keepTargets(desired: KubeObject, stored: KubeObject): unknown {
  if (desired.kind !== "TargetGroup") return desired.spec;
  const { spec } = desired as TargetGroup;
  if (spec.targetType === "alb") return spec;
  const { targets } = (stored as TargetGroup).spec;
  return { ...spec, ...(targets === undefined ? {} : { targets }) };
}
