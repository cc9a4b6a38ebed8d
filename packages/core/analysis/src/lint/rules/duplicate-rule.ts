import type { LintRule } from "../rule.ts";
import { findShadows } from "../shadows.ts";
import { findWitness } from "../witness.ts";
import { answersAlike, byPlace, isDuplicate } from "./shadowed-rule.ts";

export const duplicateRule: LintRule = {
  code: "duplicate-rule",
  severity: "error",
  summary: "the same host and path twice: only the first ever takes a request",
  *check({ views }) {
    for (const { listeners } of views) {
      const duplicates = listeners.flatMap(findShadows).filter(isDuplicate);
      for (const [{ listener, rule, box, by }] of byPlace(duplicates)) {
        const [first] = by;
        if (first === undefined) continue;
        const witness = findWitness(listener, rule, box);
        yield {
          object: rule.object,
          path: rule.path,
          message: "the same host, path and conditions stand in an earlier rule, which takes all of its requests",
          suggestion: "remove one of the two, or share the requests between their Services with a weighted forward action",
          ...(answersAlike(first, rule) ? { severity: "warning" as const } : {}),
          ...(witness === undefined ? {} : { witness }),
          related: [{ object: first.object, path: first.path, message: "takes its requests" }],
        };
      }
    }
  },
};
