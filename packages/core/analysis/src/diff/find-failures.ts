import { objectKey, splitKey } from "@loopway/model";
import type { GroupFailure, Place, RefusedObject } from "./difference.ts";
import { placeOf } from "./find-cause.ts";
import type { FailedGroup, Side } from "./read-side.ts";

/** Groups that one side or both cannot build; those that the new manifests break come first. */
export function findFailures(before: Side, after: Side): GroupFailure[] {
  const failures: GroupFailure[] = [];
  for (const [group, failed] of after.failed) {
    const kind = before.failed.has(group) ? "still-blocked" : "blocked";
    failures.push({ kind, ...describe(group, failed, after) });
  }
  for (const [group, failed] of before.failed)
    if (!after.failed.has(group)) failures.push({ kind: "unblocked", ...describe(group, failed, before) });
  const order = ["blocked", "still-blocked", "unblocked"];
  return failures.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** Errors that are not about a group. */
export function findRefused(before: Side, after: Side): RefusedObject[] {
  return [before, after].flatMap(({ settled, failed }, at) => {
    const told = new Set([...failed.values()].flatMap(({ members }) => members.map((ingress) => `Ingress ${objectKey(ingress)}`)));
    const errors = settled.problems.filter(({ severity, object }) => severity === "error" && !told.has(object ?? ""));
    return errors.map(({ object = "", path, source, message }): RefusedObject => {
      const place = { object, ...(path !== undefined && { pointer: path }), ...(source !== undefined && { source }) };
      return { side: at === 0 ? "before" : "after", ...place, message };
    });
  });
}

function describe(group: string, { members, problem }: FailedGroup, side: Side): Omit<GroupFailure, "kind"> {
  const culprit = problem?.object === undefined ? undefined : culpritOf(problem.object, problem.path, side);
  return {
    group,
    members: members.map(objectKey),
    message: problem?.message ?? "waits for something that the manifests do not give",
    ...(culprit !== undefined && { culprit }),
  };
}

function culpritOf(object: string, path: string | undefined, { settled }: Side): Place {
  const { namespace, name } = splitKey(object.replace(/^Ingress /, ""));
  const ingress = settled.snapshot.get("Ingress", namespace, name);
  return ingress === undefined ? { object } : placeOf(ingress, path);
}
