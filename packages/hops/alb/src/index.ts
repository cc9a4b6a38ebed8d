export { type AlbSurroundings, statusOfFailure } from "./application.ts";
export { chooseGroup } from "./choose-group.ts";
export { errorPage, SERVER } from "./error-page.ts";
export { type AlbEngine, beginState, type Connection, type ExchangeAccount, type RequestState } from "./request-state.ts";
export { serve, TARGET_CONNECTION_LIFETIME_MS } from "./serve.ts";
export { traceFor } from "./trace-ids.ts";
export { transformHead } from "./transform-head.ts";
