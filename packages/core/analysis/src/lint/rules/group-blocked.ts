import { type Ingress, objectKey } from "@loopway/model";
import { ALB_PREFIX, annotationPath } from "../annotation-path.ts";
import { findCulprits } from "../group-culprits.ts";
import type { LintRule } from "../rule.ts";

export const groupBlocked: LintRule = {
  code: "group-blocked",
  severity: "error",
  summary: "one Ingress keeps the whole IngressGroup from every change",
  *check(subject) {
    for (const group of subject.groups) {
      const culprits = findCulprits(group, subject);
      for (const object of culprits) {
        const others = group.members.filter((member) => member !== object);
        const alsoBroken = culprits.filter((other) => other !== object);
        const too = alsoBroken.length === 0 ? "" : `; so does ${namesOf(alsoBroken)}`;
        yield {
          object,
          path: groupPath(object),
          message: `blocks the load balancer of group ${group.id}: until it is mended or leaves the group, no change of ${namesOf(others)} is deployed${too}`,
          related: others.slice(0, MAX_RELATED).map((member) => ({ object: member, path: groupPath(member), message: "waits for it" })),
        };
      }
    }
  },
};

const MAX_RELATED = 10;

function groupPath({ metadata }: Ingress): string {
  return metadata.annotations?.[`${ALB_PREFIX}group.name`] === undefined ? "" : annotationPath("group.name");
}

function namesOf(objects: readonly { metadata: { name: string; namespace?: string } }[]): string {
  const names = objects.map(objectKey);
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
