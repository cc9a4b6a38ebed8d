export { compileRules } from "./compile-rules.ts";
export { conditionLimitProblems } from "./condition-limits.ts";
export { explainRules, type RuleTrial } from "./explain-rules.ts";
export { matchLinear } from "./match-linear.ts";
export { matchRule } from "./match-rule.ts";
export { loadRegexEngine, usesRegex } from "./regex.ts";
export type { RequestView, RuleInput } from "./rule-input.ts";
export type { RuleTable } from "./rule-table.ts";
export { applyTransforms, type CompiledTransforms, compileTransforms } from "./transform.ts";
