export { type NameServerEngine, serve } from "./serve.ts";
