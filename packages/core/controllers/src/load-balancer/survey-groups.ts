// Every IngressGroup of a snapshot as the controller would build it now, with all that is wrong with it: for readers of manifests, which want places
// and a stack even where AWS would refuse it.
import type { ControllerSettings, Snapshot } from "@loopway/kube";
import { type Ingress, objectKey, type Problem } from "@loopway/model";
import { buildStack, type Stack } from "./build-stack.ts";
import { type ControllerFlags, defaultFlags } from "./flags.ts";
import { type Group, loadGroup, membershipOf } from "./ingress-group.ts";
import { refuseStack } from "./refuse-stack.ts";
import { startBuild } from "./stack-build.ts";

export interface SurveyedGroup {
  id: string;
  /** In rule order. */
  members: readonly Ingress[];
  /** Absent where a problem is an error. */
  stack?: Stack;
  problems: readonly Problem[];
  /** What AWS would refuse of the stack, in its words. */
  refusal?: string;
}

export interface Survey {
  snapshot: Snapshot;
  settings: ControllerSettings;
  flags?: ControllerFlags;
}

/** In order of the groups' ids. */
export function surveyGroups(survey: Survey): SurveyedGroup[] {
  const ids = new Set<string>();
  for (const ingress of survey.snapshot.list<Ingress>("Ingress")) {
    const membership = membershipOf(ingress, survey.snapshot);
    if (membership.kind === "member") ids.add(membership.groupId);
  }
  return [...ids].sort().map((id) => surveyGroup(loadGroup(id, survey.snapshot), survey));
}

/** The group with other members, in the order given: without some, or with a field changed, does its problem remain? */
export function surveyMembers(
  groupId: string,
  members: readonly Ingress[],
  { snapshot, settings, flags = defaultFlags }: Survey,
): SurveyedGroup {
  const build = startBuild({ groupId, members, snapshot, settings, random: () => 0, flags });
  const stack = members.length === 0 ? undefined : buildStack(build);
  const refusal = stack === undefined ? undefined : refuseStack(stack, flags.quotas);
  return {
    id: groupId,
    members,
    problems: build.problems,
    ...(stack === undefined ? {} : { stack }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function surveyGroup({ id, members, broken }: Group, survey: Survey): SurveyedGroup {
  const problems = broken.map(
    ({ ingress, message }): Problem => ({
      code: "FailedLoadGroupID",
      severity: "error",
      message: `failed load groupID due to ${message}`,
      object: `Ingress ${objectKey(ingress)}`,
    }),
  );
  return problems.length > 0 ? { id, members, problems } : surveyMembers(id, members, survey);
}
