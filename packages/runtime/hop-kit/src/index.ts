export { type ApiClient, createApiClient } from "./api-client.ts";
export type { Hop, Selection } from "./hop.ts";
export { startHop } from "./start-hop.ts";
export { type Self, startProcess } from "./start-process.ts";
