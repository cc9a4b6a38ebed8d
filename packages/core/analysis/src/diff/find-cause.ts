/** Which object of the manifests made an answer change, and what differs in it. */

import { formatPointer, type KubeObject, type Origin, objectKey, SOURCE_ANNOTATION } from "@loopway/model";
import type { Settled } from "../settled.ts";
import { type Answer, stableJson } from "./answer.ts";
import type { Cause, Place } from "./difference.ts";

interface SettledPair {
  before: Settled;
  after: Settled;
}

interface CausingRule {
  shown: Answer;
  origin: Origin | undefined;
}

const MAX_FIELDS = 5;
/** Written by programs, or no part of what is asked for. */
const IGNORED_ANNOTATION = /^(loopway\.dev\/|kubectl\.kubernetes\.io\/last-applied|elbv2\.k8s\.aws\/checkpoint)/;
/** Allocated, not asked for. */
const ALLOCATED = /^\/spec\/(clusterIPs?|healthCheckNodePort|ports\/\d+\/nodePort)(\/|$)/;

/** The rule's own object if it differs, else a Service that it answers with, else the order of the group's rules. */
export function findCause(pair: SettledPair, before: CausingRule | undefined, after: CausingRule | undefined): Omit<Cause, "changes"> {
  const origins = [after?.origin, before?.origin].filter((origin) => origin !== undefined);
  const services = [after, before].flatMap((rule) => (rule === undefined ? [] : serviceOrigins(rule.shown)));
  for (const origin of [...origins, ...services]) {
    const [old, young] = [objectAt(pair.before, origin), objectAt(pair.after, origin)];
    if (young === undefined && old !== undefined) return { ...placeOf(old), what: "removed", fields: [] };
    if (old === undefined && young !== undefined) return { ...placeOf(young), what: "added", fields: [] };
    const fields = old === undefined || young === undefined ? [] : changedFields(old, young);
    if (young !== undefined && fields.length > 0) return { ...placeOf(young, fields[0]), what: "changed", fields };
  }
  const [origin] = origins;
  const object = origin === undefined ? undefined : (objectAt(pair.after, origin) ?? objectAt(pair.before, origin));
  return { ...(object === undefined ? { object: "the load balancer's other objects" } : placeOf(object)), what: "order", fields: [] };
}

/** The object, and where in it, with the file it came from. */
export function placeOf(object: KubeObject, pointer?: string): Place {
  const source = object.metadata.annotations?.[SOURCE_ANNOTATION];
  return {
    object: `${object.kind} ${objectKey(object)}`,
    ...(pointer !== undefined && { pointer }),
    ...(source !== undefined && { source }),
  };
}

export function objectAt({ snapshot }: Settled, { kind, namespace, name }: Omit<Origin, "pointer">): KubeObject | undefined {
  return snapshot.get(kind, namespace, name);
}

function serviceOrigins({ routing }: Answer): Omit<Origin, "pointer">[] {
  if (routing.kind !== "forward") return [];
  return routing.backends.map(({ service }) => {
    const [namespace = "", name = ""] = service.replace(/:[^:]*$/, "").split("/");
    return { kind: "Service", namespace, name };
  });
}

/** Pointers of the deepest values that differ in what the manifests ask for. */
function changedFields(before: KubeObject, after: KubeObject): string[] {
  const askedFor = ({ metadata, spec }: KubeObject) => ({
    metadata: {
      annotations: Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !IGNORED_ANNOTATION.test(key))),
      labels: metadata.labels ?? {},
    },
    spec,
  });
  return differing(askedFor(before), askedFor(after), [])
    .filter((pointer) => !ALLOCATED.test(pointer))
    .slice(0, MAX_FIELDS);
}

function differing(before: unknown, after: unknown, path: readonly string[]): string[] {
  if (stableJson(before) === stableJson(after)) return [];
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) return [formatPointer(...path)];
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) => differing(before[key], after[key], [...path, key]));
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
