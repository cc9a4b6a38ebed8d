import { formatPointer } from "@loopway/model";
import { ingressPaths } from "../ingress-paths.ts";
import type { Found, LintRule } from "../rule.ts";

export const wildcardPath: LintRule = {
  code: "wildcard-path",
  severity: "error",
  summary: "`*` or `?` in a path of type Prefix or Exact: the whole group is refused",
  *check({ groups, isStrict }) {
    if (!isStrict) return;
    for (const { object, path, at, pathType } of groups.flatMap(({ members }) => members.flatMap(ingressPaths))) {
      if ((pathType !== "Prefix" && pathType !== "Exact") || !/[*?]/.test(path)) continue;
      const place = formatPointer(...at, "path");
      const isPrefix = pathType === "Prefix";
      const plain = path.slice(0, -2) || "/";
      const isPlainPrefix = path.endsWith("/*") && !/[*?]/.test(plain);
      yield {
        object,
        path: place,
        message: `${path} has a wildcard: the controller refuses the whole group ("${isPrefix ? "prefix" : "exact"} path shouldn't contain wildcards: ${path}")`,
        suggestion: isPlainPrefix
          ? `write ${plain} with pathType: Prefix, which takes ${plain === "/" ? "everything" : `${plain} and all below it`}`
          : "write pathType: ImplementationSpecific, where * and ? are wildcards",
        ...fixOf({ isPrefix, isPlainPrefix, place, plain }),
      };
    }
  },
};

/** Certain only where nothing but the prefix can have been meant. */
function fixOf({
  isPrefix,
  isPlainPrefix,
  place,
  plain,
}: {
  isPrefix: boolean;
  isPlainPrefix: boolean;
  place: string;
  plain: string;
}): Pick<Found, "fix"> {
  if (!isPrefix || !isPlainPrefix) return {};
  return { fix: { title: `write the prefix ${plain}`, edits: [{ op: "set", path: place, value: plain }] } };
}
