// Who of a refused group, and which of its fields: found by trying the group without it.
import type { SurveyedGroup } from "@loopway/controllers";
import { type Ingress, objectKey, type Problem } from "@loopway/model";
import { ALB_PREFIX, annotationKeyPath } from "./annotation-path.ts";
import type { Subject } from "./subject.ts";

/** Trying each member costs a build of the whole group. */
const MAX_TRIALS = 60;

/** Members without which the rest of a refused group would be built: those that a refusal names, else those whose absence ends a conflict. */
export function findCulprits(group: SurveyedGroup, { surveyWith }: Subject): Ingress[] {
  const { id, members, problems, stack } = group;
  if (stack !== undefined || members.length < 2) return [];
  const isBuiltWithout = (left: readonly Ingress[]) =>
    surveyWith(
      id,
      members.filter((member) => !left.includes(member)),
    ).stack !== undefined;
  const errors = problems.filter(({ severity }) => severity === "error");
  const named = members.filter((member) => errors.some(({ object }) => object === `Ingress ${objectKey(member)}`));
  // Each for itself: none of them alone stops the others.
  if (named.length === members.length) return [];
  if (named.length > 0 && isBuiltWithout(named)) return named;
  const others = members.filter((member) => !named.includes(member)).slice(0, MAX_TRIALS);
  return [...named, ...others.filter((member) => isBuiltWithout([...named, member]))];
}

/** The annotation of the Ingress without which the group has the problem no longer; "" where there is no such one. */
export function findField({ id, members }: SurveyedGroup, culprit: Ingress, { message }: Problem, { surveyWith }: Subject): string {
  const { annotations = {}, ...metadata } = culprit.metadata;
  for (const key of Object.keys(annotations).filter((each) => each.startsWith(ALB_PREFIX))) {
    const rest = Object.fromEntries(Object.entries(annotations).filter(([other]) => other !== key));
    const changed = { ...culprit, metadata: { ...metadata, annotations: rest } };
    const { problems } = surveyWith(
      id,
      members.map((member) => (member === culprit ? changed : member)),
    );
    if (!problems.some((problem) => problem.message === message)) return annotationKeyPath(key);
  }
  return "";
}
