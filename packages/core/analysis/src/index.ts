export { explain } from "./explain/explain.ts";
export type * from "./explain/explanation.ts";
export type { Finding, FindingPlace, Fix, FixEdit, Severity, Witness } from "./lint/finding.ts";
export { type LintOptions, lint } from "./lint/lint.ts";
export { lintRules } from "./lint/rules.ts";
export { settle } from "./settle.ts";
export type { Settled, SettledLoadBalancer, SettleOptions } from "./settled.ts";
export { usesRegexAnnotations } from "./uses-regex.ts";
