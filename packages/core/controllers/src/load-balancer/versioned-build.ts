import type { ReconcileInput } from "@loopway/kube";
import { seenBy, snapshotSeenBy } from "../lbc-features.ts";
import { flagsOf } from "./flags.ts";
import type { Group } from "./ingress-group.ts";
import { type StackBuild, startBuild } from "./stack-build.ts";
import { reportNotInVersion } from "./unread-settings.ts";

/** Of what the controller's version reads; the rest is a warning for each setting. */
export function startVersionedBuild(
  { id, members }: Pick<Group, "id" | "members">,
  { snapshot, settings, random }: Omit<ReconcileInput, "key">,
): StackBuild {
  const { lbcVersion } = settings;
  const build = startBuild({
    groupId: id,
    members: members.map((ingress) => seenBy(lbcVersion, ingress)),
    snapshot: snapshotSeenBy(lbcVersion, snapshot),
    settings,
    random,
    flags: flagsOf(settings),
  });
  for (const ingress of members) reportNotInVersion(build, ingress, snapshot);
  return build;
}
