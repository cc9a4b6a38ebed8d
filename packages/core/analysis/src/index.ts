export { explain } from "./explain/explain.ts";
export type * from "./explain/explanation.ts";
export { settle } from "./settle.ts";
export type { Settled, SettledLoadBalancer, SettleOptions } from "./settled.ts";
export { usesRegexAnnotations } from "./uses-regex.ts";
