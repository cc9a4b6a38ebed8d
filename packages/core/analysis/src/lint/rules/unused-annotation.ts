import { USE_ANNOTATION } from "@loopway/controllers";
import { ALB_PREFIX, annotationKeyPath } from "../annotation-path.ts";
import { specBackends } from "../backends.ts";
import { nearestName } from "../nearest.ts";
import type { LintRule } from "../rule.ts";

const FAMILY = /^(actions|conditions|transforms)\.(.+)$/;

export const unusedAnnotation: LintRule = {
  code: "unused-annotation",
  severity: "warning",
  summary: "actions.*, conditions.* or transforms.* of a name that no backend has: it has no effect",
  *check({ groups }) {
    for (const object of groups.flatMap(({ members }) => members)) {
      const services = specBackends(object).map(({ service }) => service);
      const names = new Set(services.map(({ name }) => name));
      const actions = new Set(services.filter(({ port }) => port?.name === USE_ANNOTATION).map(({ name }) => name));
      for (const key of Object.keys(object.metadata.annotations ?? {})) {
        const [, family = "", name = ""] = key.startsWith(ALB_PREFIX) ? (FAMILY.exec(key.slice(ALB_PREFIX.length)) ?? []) : [];
        if (family === "" || (family === "actions" ? actions : names).has(name)) continue;
        const hasWrongPort = family === "actions" && names.has(name);
        const nearest = nearestName(name, family === "actions" ? actions : names);
        const suggestion = hasWrongPort
          ? `give the backend ${name} the port name ${USE_ANNOTATION}`
          : nearest && `did you mean ${family}.${nearest.name}?`;
        yield {
          object,
          path: annotationKeyPath(key),
          message: hasWrongPort
            ? `no backend uses the action ${name}: the backend of that name has another port than ${USE_ANNOTATION}`
            : `no backend of this Ingress has the name ${name}: the annotation has no effect`,
          ...(suggestion === undefined ? {} : { suggestion }),
        };
      }
    }
  },
};
