import type { SurveyedGroup } from "@loopway/controllers";
import { type Ingress, objectKey } from "@loopway/model";
import type { Subject } from "./subject.ts";

/** Trying each member costs a build of the whole group. */
const MAX_TRIALS = 60;

/** Members without which the rest of a refused group would be built: those that a refusal names, else those whose absence ends a conflict. */
export function findCulprits(group: SurveyedGroup, { without }: Subject): Ingress[] {
  const { members, problems } = group;
  if (group.stack !== undefined || members.length < 2) return [];
  const errors = problems.filter(({ severity }) => severity === "error");
  const named = members.filter((member) => errors.some(({ object }) => object === `Ingress ${objectKey(member)}`));
  // Each for itself: none of them alone stops the others.
  if (named.length === members.length) return [];
  if (named.length > 0 && without(group, named).stack !== undefined) return named;
  const others = members.filter((member) => !named.includes(member)).slice(0, MAX_TRIALS);
  return [...named, ...others.filter((member) => without(group, [...named, member]).stack !== undefined)];
}
