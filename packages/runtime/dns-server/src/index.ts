export { NameServer } from "./name-server.ts";
export { serveTcp } from "./tcp.ts";
export { serveUdp } from "./udp.ts";
