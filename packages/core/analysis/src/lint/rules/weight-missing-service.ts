import { nearestName } from "../nearest.ts";
import type { LintRule } from "../rule.ts";

export const weightMissingService: LintRule = {
  code: "weight-missing-service",
  severity: "error",
  summary: "a weighted action names a Service that is not there: the whole group is refused",
  *check({ backends, findService, snapshot }) {
    for (const { object, path, serviceName, usedAt, isShared } of backends) {
      const { namespace = "default" } = object.metadata;
      if (!isShared || findService(namespace, serviceName) !== undefined) continue;
      const nearest = nearestName(
        serviceName,
        snapshot.list("Service", { namespace }).map(({ metadata }) => metadata.name),
      );
      yield {
        object,
        path,
        message: `there is no Service ${serviceName} in namespace ${namespace}; a missing Service of a single forward answers 503, one of several makes the controller refuse the whole group`,
        ...(nearest === undefined ? {} : { suggestion: `did you mean ${nearest.name}?` }),
        related: usedAt.map((place) => ({ object, path: place, message: "uses the action" })),
      };
    }
  },
};
