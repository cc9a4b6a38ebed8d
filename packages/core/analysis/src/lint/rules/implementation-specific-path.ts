import { readText, USE_ANNOTATION } from "@loopway/controllers";
import { formatPointer } from "@loopway/model";
import { ingressPaths } from "../ingress-paths.ts";
import type { LintRule } from "../rule.ts";

export const implementationSpecificPath: LintRule = {
  code: "implementation-specific-path",
  severity: "warning",
  summary: "a path of type ImplementationSpecific without wildcard takes that one path alone",
  *check({ groups }) {
    for (const { object, at, path, pathType = "ImplementationSpecific", backend } of groups.flatMap(({ members }) =>
      members.flatMap(ingressPaths),
    )) {
      const isRegex = readText("use-regex-path-match", [object.metadata.annotations]) === "true";
      // An action for one path, such as a redirect, is meant as written.
      const isAction = backend?.service?.port?.name === USE_ANNOTATION;
      if (pathType !== "ImplementationSpecific" || path === "" || /[*?]/.test(path) || isRegex || isAction) continue;
      yield {
        object,
        path: formatPointer(...at, "path"),
        message: `${path} takes the path ${path} and no other: ImplementationSpecific goes to the load balancer as written`,
        suggestion:
          path === "/"
            ? "write pathType: Prefix for everything"
            : `write pathType: Prefix for all below it, or pathType: Exact if ${path} alone is meant`,
        // A file, or what looks like one, is more often meant alone.
        ...(path === "/" || path.endsWith("/") ? {} : { severity: "info" as const }),
      };
    }
  },
};
