// IngressGroups (pkg/ingress/group_loader.go, finalizer.go): which Ingresses share one load balancer, in which order, and which are leaving.
import type { IndexFunction, Snapshot } from "@loopway/kube";
import { type Ingress, type IngressClassParams, objectKey, splitKey } from "@loopway/model";
import { readInteger, readText } from "./annotations.ts";
import { classifyIngress } from "./ingress-class.ts";

const IMPLICIT_FINALIZER = "ingress.k8s.aws/resources";
const EXPLICIT_FINALIZER_PREFIX = "group.ingress.k8s.aws/";
const GROUP_NAME = /^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/;
const MAX_GROUP_NAME_LENGTH = 63;
const MAX_GROUP_ORDER = 1000;

export type Membership =
  | { kind: "member"; groupId: string }
  | { kind: "unclaimed"; className?: string }
  /** `of` says what is invalid: an invalid class freezes the group it was in, an invalid group name leaves it. */
  | { kind: "invalid"; of: "class" | "group"; message: string }
  | { kind: "deleted" };

export function membershipOf(ingress: Ingress, snapshot: Snapshot): Membership {
  if (ingress.metadata.deletionTimestamp !== undefined) return { kind: "deleted" };
  const verdict = classifyIngress(ingress, snapshot);
  if (verdict.kind === "invalid") return { ...verdict, of: "class" };
  if (verdict.kind === "unclaimed") return verdict;
  const groupName = verdict.params?.spec?.group?.name ?? readText("group.name", [ingress.metadata.annotations]);
  if (groupName === undefined) return { kind: "member", groupId: objectKey(ingress) };
  const problem = groupNameProblem(groupName);
  return problem === undefined
    ? { kind: "member", groupId: groupName }
    : { kind: "invalid", of: "group", message: `invalid ingress group: ${problem}` };
}

/** Undefined for a good name. */
export function groupNameProblem(groupName: string): string | undefined {
  if (!GROUP_NAME.test(groupName))
    return "groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  if (groupName.length > MAX_GROUP_NAME_LENGTH) return `groupName must be no more than ${MAX_GROUP_NAME_LENGTH} characters`;
  return undefined;
}

export function groupFinalizer(groupId: string): string {
  return groupId.includes("/") ? IMPLICIT_FINALIZER : EXPLICIT_FINALIZER_PREFIX + groupId;
}

/** Groups an Ingress is or was in, by its finalizers. */
export function groupsOfFinalizers(ingress: Ingress): string[] {
  return (ingress.metadata.finalizers ?? []).flatMap((finalizer) => {
    if (finalizer === IMPLICIT_FINALIZER) return [objectKey(ingress)];
    return finalizer.startsWith(EXPLICIT_FINALIZER_PREFIX) ? [finalizer.slice(EXPLICIT_FINALIZER_PREFIX.length)] : [];
  });
}

export interface Group {
  id: string;
  /** In rule order: group.order, then "namespace/name" byte by byte. */
  members: readonly Ingress[];
  /** Deleted, or in another group or class by now, and still holding this group's finalizer. */
  leaving: readonly Ingress[];
  /** Ingresses that make the group impossible to load, with the reason; nothing may be changed meanwhile. */
  broken: readonly { ingress: Ingress; message: string }[];
}

export function loadGroup(id: string, snapshot: Snapshot): Group {
  const members: { ingress: Ingress; order: number }[] = [];
  const leaving: Ingress[] = [];
  const broken: { ingress: Ingress; message: string }[] = [];
  for (const ingress of candidatesOf(id, snapshot)) {
    const membership = membershipOf(ingress, snapshot);
    const wasMember = groupsOfFinalizers(ingress).includes(id);
    if (membership.kind === "member" && membership.groupId === id)
      members.push({ ingress, order: groupOrder(ingress, (message) => broken.push({ ingress, message })) });
    else if (wasMember && membership.kind === "invalid" && membership.of === "class")
      broken.push({
        ingress,
        message: `Ingress: ${objectKey(ingress)}: Ingress has invalid IngressClass configuration: ${membership.message}`,
      });
    else if (wasMember) leaving.push(ingress);
  }
  members.sort((left, right) => left.order - right.order || (objectKey(left.ingress) < objectKey(right.ingress) ? -1 : 1));
  return { id, members: members.map(({ ingress }) => ingress), leaving, broken };
}

/** Only an Ingress of its own has a group of its own; others name theirs, or hold its finalizer, or their class says it. */
function candidatesOf(id: string, snapshot: Snapshot): readonly Ingress[] {
  const { namespace, name } = splitKey(id);
  if (namespace === undefined) {
    const isNamedByClass = snapshot.list<IngressClassParams>("IngressClassParams").some(({ spec }) => spec?.group?.name === id);
    return snapshot.list<Ingress>("Ingress", isNamedByClass ? {} : { by: { index: namedGroups, value: id } });
  }
  const ingress = snapshot.get<Ingress>("Ingress", namespace, name);
  return ingress === undefined ? [] : [ingress];
}

const namedGroups: IndexFunction = (object) => {
  const annotated = readText("group.name", [object.metadata.annotations]);
  return [...(annotated === undefined ? [] : [annotated]), ...groupsOfFinalizers(object as Ingress)];
};

function groupOrder(ingress: Ingress, report: (message: string) => void): number {
  const key = objectKey(ingress);
  const order =
    readInteger("group.order", [ingress.metadata.annotations], (message) =>
      report(`failed to load Ingress group order for ingress: ${key}: ${message}`),
    ) ?? 0;
  if (Math.abs(order) > MAX_GROUP_ORDER)
    report(`explicit Ingress group order must be within [-${MAX_GROUP_ORDER}:${MAX_GROUP_ORDER}], Ingress: ${key}, order: ${order}`);
  return order;
}
