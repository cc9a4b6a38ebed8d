// What was refused before anything could be built: by the controller, by AWS, by the API. The words are theirs.
import type { SurveyedGroup } from "@loopway/controllers";
import { type Ingress, type KubeObject, objectKey, type Problem, SOURCE_ANNOTATION, splitKey } from "@loopway/model";
import type { Severity } from "../finding.ts";
import { findCulprits, findField } from "../group-culprits.ts";
import type { Found, LintRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

export const failedBuildModel: LintRule = {
  code: "failed-build-model",
  severity: "error",
  summary: "the controller refuses to build the load balancer (event FailedBuildModel)",
  *check(subject) {
    for (const group of subject.groups) yield* ofGroup(group, "FailedBuildModel", subject);
    yield* ofServices(subject, "FailedBuildModel");
  },
};

export const failedLoadGroupId: LintRule = {
  code: "failed-load-group-id",
  severity: "error",
  summary: "the Ingress belongs to no group: its class or group annotations are invalid (event FailedLoadGroupID)",
  *check(subject) {
    for (const group of subject.groups) yield* ofGroup(group, "FailedLoadGroupID", subject);
    const members = new Set(subject.groups.flatMap((group) => group.members).map(objectKey));
    for (const problem of subject.problems.filter(({ code }) => code === "FailedLoadGroupID")) {
      const object = findObject(problem, subject);
      if (object !== undefined && !members.has(objectKey(object)) && !isOfUnknownClass(object, subject))
        yield { object, path: problem.path ?? "", message: problem.message };
    }
  },
};

/** Its class is in the cluster, more likely, and another controller's: see no-ingress-class. */
function isOfUnknownClass(object: KubeObject, { snapshot }: Subject): boolean {
  const { spec } = object as Ingress;
  return spec?.ingressClassName !== undefined && snapshot.get("IngressClass", undefined, spec.ingressClassName) === undefined;
}

export const failedDeployModel: LintRule = {
  code: "failed-deploy-model",
  severity: "error",
  summary: "AWS refuses what the controller builds (event FailedDeployModel)",
  *check(subject) {
    for (const { refusal, members } of subject.groups) {
      const [object] = members;
      if (refusal !== undefined && object !== undefined) yield { object, path: "", message: `AWS refuses the group: ${refusal}` };
    }
    yield* ofServices(subject, "FailedDeployModel");
  },
};

export const unreadableDocument: LintRule = {
  code: "unreadable-document",
  severity: "error",
  summary: "a document that is no YAML, or no object: nothing of it is looked at",
  *check({ problems }) {
    for (const { code, message, source = "" } of problems) {
      if (code !== "E_YAML" && code !== "E_MANIFEST") continue;
      const object = {
        apiVersion: "",
        kind: "File",
        metadata: { name: source.replace(/:\d+$/, ""), annotations: { [SOURCE_ANNOTATION]: source } },
      };
      // Helm's values and kustomizations are no objects, and stand beside manifests.
      yield { object, path: "", message, severity: code === "E_YAML" ? "error" : "info" };
    }
  },
};

export const invalidObject = ofApi(
  "invalid-object",
  "error",
  "the API refuses the object: nothing of it is applied",
  ({ code }) => !NOT_INVALID.has(code),
);

export const unservedVersion = ofApi(
  "unserved-version",
  "error",
  "an apiVersion that is served no longer, such as extensions/v1beta1",
  ({ code }) => code === "NoKindMatch",
);

export const duplicateObject = ofApi(
  "duplicate-object",
  "warning",
  "one object given more than once: the last one counts",
  ({ code }) => code === "Duplicate",
);

/** What is told elsewhere, or is no matter of the manifests. */
const NOT_INVALID = new Set(["NoKindMatch", "Duplicate"]);

/** A refused object is known by its name alone. */
function ofApi(code: string, severity: Severity, summary: string, isMine: (problem: Problem) => boolean): LintRule {
  return {
    code,
    severity,
    summary,
    *check({ problems }) {
      for (const problem of problems.filter(({ code: reason }) => API_REASONS.has(reason))) {
        if (isMine(problem)) yield { object: namedIn(problem), path: problem.path ?? "", message: problem.message };
      }
    },
  };
}

/** Of admission (settle): reasons of a Status, and Loopway's own two. */
const API_REASONS = new Set(["NoKindMatch", "Duplicate", "Invalid", "BadRequest"]);

function namedIn({ object = "", source }: Problem): KubeObject {
  const [kind = "", key = ""] = object.split(" ");
  const annotations = source === undefined ? {} : { annotations: { [SOURCE_ANNOTATION]: source } };
  return { apiVersion: "", kind, metadata: { ...splitKey(key), ...annotations } };
}

/** Finding the annotation costs a build of the group for each that the Ingress has. */
const MAX_REFINED = 20;

function* ofGroup(group: SurveyedGroup, code: string, subject: Subject): Iterable<Found> {
  const told = new Set<string>();
  for (const problem of group.problems) {
    const key = `${problem.object} ${problem.path} ${problem.message}`;
    if (problem.code !== code || problem.severity !== "error" || told.has(key)) continue;
    told.add(key);
    const object = memberNamed(group, problem) ?? findCulprits(group, subject)[0] ?? group.members[0];
    if (object === undefined) continue;
    const { path = "" } = problem;
    const field = path.startsWith("/metadata") || told.size > MAX_REFINED ? "" : findField(group, object, problem, subject);
    yield { object, path: field || path, message: problem.message };
  }
}

function memberNamed({ members }: SurveyedGroup, { object }: Problem): Ingress | undefined {
  return members.find((member) => object === `Ingress ${objectKey(member)}`);
}

function* ofServices(subject: Subject, code: string): Iterable<Found> {
  for (const problem of subject.problems) {
    if (problem.code !== code || problem.object?.startsWith("Service ") !== true) continue;
    const object = findObject(problem, subject);
    if (object !== undefined) yield { object, path: problem.path ?? "", message: problem.message };
  }
}

function findObject({ object = "" }: Problem, { snapshot }: Subject): KubeObject | undefined {
  const [kind = "", key = ""] = object.split(" ");
  const { namespace, name } = splitKey(key);
  return snapshot.get(kind, namespace, name);
}
