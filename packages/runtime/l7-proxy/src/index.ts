export { createEngine } from "./engine.ts";
export type { Answer, Application, Engine, Exchange, UpstreamFailure } from "./exchange.ts";
