// What stands in an IngressGroup's way, as values: what its Event says in one sentence, and the other problems of the same build.
import type { ReconcileInput } from "@loopway/kube";
import { type Ingress, objectKey, type Problem } from "@loopway/model";
import { buildStack } from "./build-stack.ts";
import { deployStack } from "./deploy-stack.ts";
import { loadGroup } from "./ingress-group.ts";
import { startVersionedBuild } from "./versioned-build.ts";

/**
 * Every problem of the group, in the order found: the first error is the one that the controller tells, and one error keeps the whole group
 * as it is. An error of the group as such is laid on the member with which it begins. A group at rest without problems has none.
 */
export function groupProblems(groupId: string, input: Omit<ReconcileInput, "key">): Problem[] {
  const { members, broken } = loadGroup(groupId, input.snapshot);
  if (broken.length > 0)
    return broken.map(({ ingress, message }) => ({ code: "FailedLoadGroupID", severity: "error", message, object: nameOf(ingress) }));
  return problemsOf(members, groupId, input).map((problem) => {
    if (problem.object !== undefined) return problem;
    const culprit = firstMemberWith(problem, members, (some) => problemsOf(some, groupId, input));
    return culprit === undefined ? problem : { ...problem, object: nameOf(culprit) };
  });
}

function problemsOf(members: readonly Ingress[], groupId: string, input: Omit<ReconcileInput, "key">): readonly Problem[] {
  const build = startVersionedBuild({ id: groupId, members }, input);
  const stack = buildStack(build);
  if (stack === undefined) return build.problems;
  const deployment = deployStack(stack, build, input.now);
  if (deployment.kind === "changes") return build.problems;
  return [...build.problems, { code: "FailedDeployModel", severity: "error", message: deployment.message }];
}

/** The end of the shortest row of first members that has the problem; more members do not mend what some have. */
function firstMemberWith(
  { code, message }: Problem,
  members: readonly Ingress[],
  problemsOfSome: (some: readonly Ingress[]) => readonly Problem[],
): Ingress | undefined {
  let [without, having] = [0, members.length];
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    const hasProblem = problemsOfSome(members.slice(0, middle)).some((other) => other.code === code && other.message === message);
    if (hasProblem) having = middle;
    else without = middle;
  }
  return members[having - 1];
}

function nameOf(ingress: Ingress): string {
  return `Ingress ${objectKey(ingress)}`;
}
