import type { ControllerSettings, Snapshot } from "@loopway/kube";
import {
  formatPointer,
  type Ingress,
  ORIGIN_ANNOTATION,
  type Origin,
  objectKey,
  type Problem,
  type Service,
  type TargetGroup,
  type TargetGroupBinding,
} from "@loopway/model";
import type { Report } from "./annotations.ts";
import type { ControllerFlags } from "./flags.ts";
import type { RequestedCertificate } from "./request-certificate.ts";

/**
 * What the builders of one stack share. They add to `problems`, `targetGroups` and `services` and change nothing else; the stack counts
 * only if no problem is an error. Every builder goes on after a problem, so that all of them are found in one pass; the first is the one
 * the real controller, which stops there, would report.
 */
export interface StackBuild {
  groupId: string;
  members: readonly Ingress[];
  snapshot: Snapshot;
  settings: ControllerSettings;
  flags: ControllerFlags;
  random: () => number;
  problems: Problem[];
  /** By resource id `namespace/ingress-service:port`. `undefined`: tried, and a problem was reported. */
  targetGroups: Map<string, { targetGroup: TargetGroup; binding: TargetGroupBinding } | undefined>;
  /** Asked of ACM for the group's members, by resource id. */
  certificates: Map<string, RequestedCertificate>;
  /** Services that get a nodePort in the same transaction, by key. */
  services: Map<string, Service>;
}

export function startBuild(given: Omit<StackBuild, "problems" | "targetGroups" | "certificates" | "services">): StackBuild {
  return { ...given, problems: [], targetGroups: new Map(), certificates: new Map(), services: new Map() };
}

/** Place in an Ingress: where a rule comes from, and where a problem is. */
export interface Place {
  ingress: Ingress;
  /** RFC 6901, into the Ingress. */
  pointer: string;
}

/** Reasons of Events: the real controller's own, then Loopway's. */
export type ProblemCode = "FailedBuildModel" | "WaitingForTls" | keyof typeof WARNINGS;

/** What does not stop a stack. */
const WARNINGS = {
  WildcardPathAccepted: true,
  NodePortAllocated: true,
  SettingNotRead: true,
  SettingNotServed: true,
  SettingNotInVersion: true,
};

export function reportTo(build: StackBuild, place: Place): Report {
  return (message) => report(build, place, { code: "FailedBuildModel", message: `ingress: ${objectKey(place.ingress)}: ${message}` });
}

/** For what the real controller says about the whole group: without the name of an Ingress before it. */
export function reportToGroup(build: StackBuild): Report {
  return (message) => build.problems.push({ code: "FailedBuildModel", severity: "error", message });
}

export function report(build: StackBuild, { ingress, pointer }: Place, { code, message }: { code: ProblemCode; message: string }): void {
  const severity = code in WARNINGS ? "warning" : "error";
  build.problems.push({ code, severity, message, object: `Ingress ${objectKey(ingress)}`, path: pointer });
}

export function originAnnotation({ ingress, pointer }: Place): Record<string, string> {
  const { name, namespace } = ingress.metadata;
  const origin: Origin = { kind: "Ingress", ...(namespace === undefined ? {} : { namespace }), name, pointer };
  return { [ORIGIN_ANNOTATION]: JSON.stringify(origin) };
}

export function annotationPointer(key: string): string {
  return formatPointer("metadata", "annotations", key);
}

export function namespaceOf(object: { metadata: { namespace?: string } }): string {
  return object.metadata.namespace ?? "default";
}
