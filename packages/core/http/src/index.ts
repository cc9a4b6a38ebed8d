export { ChunkScanner } from "./chunked.ts";
export { appendForwardedFor } from "./forwarded.ts";
export { CHUNKED, headerValue, type Refusal, type RequestHead, type ResponseHead, refuse, UNTIL_CLOSE } from "./head.ts";
export { reasonPhrase } from "./reason-phrase.ts";
export { hasTwoAuthorities, MAX_REQUEST_HEAD, parseRequestHead, refuseIncomplete } from "./request.ts";
export { MAX_RESPONSE_HEAD, parseResponseHead } from "./response.ts";
export { formatRequestHead, formatResponseHead, isWebSocket, type RequestRewrite } from "./rewrite.ts";
export { explicitPort, hostnameOf } from "./target.ts";
export { asksForTrace, buildTraceHeader, formatTraceId, MAX_TRACED_HEADERS, type TraceHeader, traceRoot } from "./trace-id.ts";
