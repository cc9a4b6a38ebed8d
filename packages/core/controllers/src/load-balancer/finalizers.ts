import type { Change } from "@loopway/kube";
import type { Ingress } from "@loopway/model";
import { groupFinalizer } from "./ingress-group.ts";

/** Before anything is built, so that a member cannot vanish before its stack (pkg/ingress/finalizer.go). */
export function addFinalizers(groupId: string, members: readonly Ingress[]): Change[] {
  const finalizer = groupFinalizer(groupId);
  return members.flatMap((ingress) => {
    const { finalizers = [] } = ingress.metadata;
    return finalizers.includes(finalizer) ? [] : [withFinalizers(ingress, [...finalizers, finalizer])];
  });
}

export function removeFinalizers(groupId: string, leaving: readonly Ingress[]): Change[] {
  const finalizer = groupFinalizer(groupId);
  return leaving.map((ingress) =>
    withFinalizers(
      ingress,
      (ingress.metadata.finalizers ?? []).filter((held) => held !== finalizer),
    ),
  );
}

function withFinalizers(ingress: Ingress, finalizers: string[]): Change {
  return { op: "update", object: { ...ingress, metadata: { ...ingress.metadata, finalizers } } };
}
