export { type Answer, answerOf, formatAnswer, isSameAnswer, type WeightedService } from "./answer.ts";
export { Replay, type ReplayOptions } from "./replay/replay.ts";
export type { Mismatch, ReplayReport } from "./replay/report.ts";
export type { Routes } from "./routes.ts";
export { settle } from "./settle.ts";
export type { Settled, SettledLoadBalancer, SettleOptions } from "./settled.ts";
