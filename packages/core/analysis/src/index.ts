export { compareTables } from "./diff/compare-tables.ts";
export type { ComparedRule, ComparedTable, TableDifference } from "./diff/compared-table.ts";
export { diffManifests } from "./diff/diff-manifests.ts";
export type { Difference } from "./diff/difference.ts";
export { formatDifference } from "./diff/format-difference.ts";
export { formatMarkdown } from "./diff/format-markdown.ts";
export { settle } from "./settle.ts";
export type { Settled, SettledLoadBalancer, SettleOptions } from "./settled.ts";
