export { settle } from "./settle.ts";
export type { Settled, SettledLoadBalancer, SettleOptions } from "./settled.ts";
