export { compareTables } from "./diff/compare-tables.ts";
export { settle } from "./settle.ts";
export type { Settled, SettledLoadBalancer, SettleOptions } from "./settled.ts";
