export { type NameServerEngine, serve } from "./serve.ts";
export { buildSpan } from "./span.ts";
