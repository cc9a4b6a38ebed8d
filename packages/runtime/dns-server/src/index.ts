export { type Complete, NameServer } from "./name-server.ts";
export { buildSpan } from "./span.ts";
export { serveTcp } from "./tcp.ts";
export { serveUdp } from "./udp.ts";
