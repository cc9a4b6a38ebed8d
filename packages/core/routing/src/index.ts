export { type CompiledAction, compileAction } from "./compile-action.ts";
export { compileRules } from "./compile-rules.ts";
export {
  type CompiledListener,
  type CompiledRule,
  compileStack,
  isWhole,
  type LoadBalancerTable,
  type StackObjects,
  sourceOf,
} from "./compile-stack.ts";
export { conditionLimitProblems } from "./condition-limits.ts";
export { explainRules, type RuleTrial } from "./explain-rules.ts";
export { matchLinear } from "./match-linear.ts";
export { matchRule } from "./match-rule.ts";
export { buildLocation, type RedirectSource } from "./redirect-location.ts";
export { type CompileRegex, loadRegexEngine, regexValues, usesRegex } from "./regex.ts";
export type { RequestView, RuleInput } from "./rule-input.ts";
export type { RuleTable } from "./rule-table.ts";
export { applyTransforms, type CompiledTransforms, type TransformStatus } from "./transform.ts";
