import { objectKey } from "@loopway/model";
import { annotationPath } from "../annotation-path.ts";
import { findCulprits } from "../group-culprits.ts";
import type { LintRule } from "../rule.ts";

export const groupBlocked: LintRule = {
  code: "group-blocked",
  severity: "error",
  summary: "one Ingress keeps the whole IngressGroup from every change",
  *check(subject) {
    for (const group of subject.groups) {
      const culprits = findCulprits(group, subject);
      const waiting = group.members.filter((member) => !culprits.includes(member));
      for (const object of culprits) {
        const conflicting = culprits.filter((other) => other !== object);
        if (waiting.length + conflicting.length === 0) continue;
        const whom =
          waiting.length === 0
            ? `with ${conflicting.length} others`
            : `${waiting.length === 1 ? "another Ingress" : `${waiting.length} other Ingresses`}`;
        yield {
          object,
          path: object.metadata.annotations?.["alb.ingress.kubernetes.io/group.name"] === undefined ? "" : annotationPath("group.name"),
          message: `blocks the load balancer of group ${group.id}: until it is mended or leaves the group, nothing of ${whom} (${namesOf([...waiting, ...conflicting])}) is deployed`,
          related: [...waiting, ...conflicting].slice(0, 10).map((member) => ({ object: member, path: "", message: "waits with it" })),
        };
      }
    }
  },
};

function namesOf(objects: readonly { metadata: { name: string; namespace?: string } }[]): string {
  const names = objects.map(objectKey);
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
