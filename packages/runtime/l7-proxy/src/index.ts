export { createEngine } from "./engine.ts";
export type { Answer, Application, Engine, Exchange, Upstream, UpstreamFailure } from "./exchange.ts";
