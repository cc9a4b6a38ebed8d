import { objectKey } from "@loopway/model";
import { annotationPath } from "../annotation-path.ts";
import type { LintRule } from "../rule.ts";

export const sharedLoadBalancer: LintRule = {
  code: "shared-load-balancer",
  severity: "info",
  summary: "who shares a load balancer: an error in one of them stops the changes of all",
  *check({ groups }) {
    for (const { id, members } of groups) {
      const [object, ...others] = members;
      if (object === undefined || others.length === 0) continue;
      const namespaces = new Set(members.map(({ metadata }) => metadata.namespace));
      const across = namespaces.size === 1 ? "" : ` of ${namespaces.size} namespaces`;
      yield {
        object,
        path: annotationPath("group.name"),
        message: `group ${id}: ${members.length} Ingresses${across} share one load balancer, in rule order ${members.slice(0, 8).map(objectKey).join(", ")}${members.length > 8 ? " …" : ""}; an error in one of them stops the changes of all`,
        related: others.map((member) => ({ object: member, path: "", message: "shares it" })),
      };
    }
  },
};
