import type { ComparedRule, ComparedTable } from "@loopway/analysis";
import { mixedWorkload } from "../matcher/mixed-workload.ts";

/** Services behind a thousand rules. */
const ANSWERS = 150;
/** Every so many rules gets another answer. */
const EDITED = 100;

type Edit = (rules: readonly ComparedRule[]) => ComparedRule[];

/** Of a thousand rules as AWS allows them: hosts, wildcards, globs, headers, methods, queries, sources. */
const edits: Readonly<Record<string, Edit>> = {
  "every priority shifted": (rules) => rules.map((rule) => ({ ...rule, priority: 3 * rule.priority })),
  "ten rules edited": (rules) => rules.map((rule, at) => (at % EDITED === 0 ? { ...rule, answer: "new" } : rule)),
  "every answer changed": (rules) => rules.map((rule) => ({ ...rule, answer: `new ${rule.answer}` })),
  "the order reversed": (rules) => rules.map((rule) => ({ ...rule, priority: rules.length + 1 - rule.priority })),
};

export const tableNames: readonly string[] = Object.keys(edits);

export function buildTables(name: string): { before: ComparedTable; after: ComparedTable } {
  const { rules } = mixedWorkload({ rules: 1000, hosts: 200 });
  const answering = rules.map((rule, at): ComparedRule => ({ ...rule, answer: `service ${at % ANSWERS}` }));
  const edited = edits[name]?.(answering) ?? answering;
  return { before: { rules: answering, defaultAnswer: "404" }, after: { rules: edited, defaultAnswer: "404" } };
}
