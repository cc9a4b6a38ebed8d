import { readText, USE_ANNOTATION } from "@loopway/controllers";
import { isJsonObject } from "@loopway/kube";
import type { Ingress } from "@loopway/model";
import { annotationPath } from "../annotation-path.ts";
import { specBackends } from "../backends.ts";
import { nearestName } from "../nearest.ts";
import type { LintRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

export const unresolvedAction: LintRule = {
  code: "unresolved-action",
  severity: "error",
  summary: "a backend with the port use-annotation and no actions.* annotation of its name: the load balancer answers 503",
  *check(subject) {
    for (const object of subject.groups.flatMap(({ members }) => members)) {
      const suffixes = Object.keys(object.metadata.annotations ?? {}).flatMap((key) => /\/actions\.(.+)$/.exec(key)?.[1] ?? []);
      for (const { service, path } of specBackends(object)) {
        const isAction = service.port?.name === USE_ANNOTATION;
        if (
          !isAction ||
          readText(`actions.${service.name}`, [object.metadata.annotations]) !== undefined ||
          isWrittenByRollout(object, subject)
        )
          continue;
        const nearest = nearestName(service.name, suffixes);
        yield {
          object,
          path: `${path}/name`,
          message: `there is no annotation actions.${service.name}: the controller builds a fixed 503, Backend action does not exist`,
          ...(nearest === undefined
            ? {}
            : {
                suggestion: `did you mean ${nearest.name}?`,
                related: [{ object, path: annotationPath(`actions.${nearest.name}`), message: "an action that is there" }],
              }),
        };
      }
    }
  },
};

/** Argo Rollouts writes the action of a canary itself (trafficRouting.alb). */
function isWrittenByRollout({ metadata }: Ingress, { ignored }: Subject): boolean {
  return ignored.some(
    ({ kind, spec }) =>
      kind === "Rollout" && isJsonObject(spec) && JSON.stringify(spec.strategy ?? {}).includes(`"ingress":"${metadata.name}"`),
  );
}
