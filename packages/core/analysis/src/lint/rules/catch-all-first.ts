import { objectKey } from "@loopway/model";
import type { LintRule, Spot } from "../rule.ts";
import { takesAll } from "../shadows.ts";
import { answersAlike } from "./shadowed-rule.ts";

export const catchAllFirst: LintRule = {
  code: "catch-all-first",
  severity: "error",
  summary: "a rule for every request that stands before others: those never take one",
  *check({ views }) {
    const told = new Set<string>();
    for (const { listeners } of views) {
      for (const { rules, listenerPort } of listeners) {
        const at = rules.findIndex(takesAll);
        const catchAll = rules[at];
        const hidden = rules.slice(at + 1);
        if (catchAll === undefined || hidden.every((rule) => answersAlike(catchAll, rule)) || !isNew(told, catchAll)) continue;
        yield {
          object: catchAll.object,
          path: catchAll.path,
          message: `takes every request of port ${listenerPort}, so that ${hidden.length === 1 ? "the rule behind it never takes" : `the ${hidden.length} rules behind it never take`} one`,
          suggestion: "put it last, in the Ingress with the greatest group.order, or make it spec.defaultBackend",
          related: hidden.map(({ object, path }) => ({ object, path, message: "never takes a request" })),
        };
      }
    }
  },
};

function isNew(told: Set<string>, { object, path }: Spot): boolean {
  const key = `${objectKey(object)} ${path}`;
  const isFirst = !told.has(key);
  told.add(key);
  return isFirst;
}
