// What was refused before anything could be built: by the controller, by AWS, by the API. The words are theirs.
import { type Ingress, type KubeObject, objectKey, type Problem } from "@loopway/model";
import type { SurveyedGroup } from "@loopway/controllers";
import { findCulprits } from "../group-culprits.ts";
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
      if (object !== undefined && !members.has(objectKey(object))) yield { object, path: problem.path ?? "", message: problem.message };
    }
  },
};

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

function* ofGroup(group: SurveyedGroup, code: string, subject: Subject): Iterable<Found> {
  const told = new Set<string>();
  for (const problem of group.problems) {
    const key = `${problem.object} ${problem.path} ${problem.message}`;
    if (problem.code !== code || problem.severity !== "error" || told.has(key)) continue;
    told.add(key);
    const object = memberNamed(group, problem) ?? findCulprits(group, subject)[0] ?? group.members[0];
    if (object !== undefined) yield { object, path: problem.path ?? "", message: problem.message };
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
  const [namespace, name] = key.includes("/") ? key.split("/") : [undefined, key];
  return snapshot.get(kind, namespace, name ?? "");
}
