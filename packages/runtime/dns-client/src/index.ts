export { askResolver, type Question, type Reply } from "./ask-resolver.ts";
export { exchangeOverTcp } from "./exchange-over-tcp.ts";
export { exchangeOverUdp } from "./exchange-over-udp.ts";
