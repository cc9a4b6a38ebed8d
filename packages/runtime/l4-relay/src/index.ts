export { createListeners, type Listener, type Listeners } from "./listeners.ts";
export { createOpenSpans, type OpenSpans } from "./open-spans.ts";
export { createRelay, type DeferredRoute, type Relay, type RelayedConnection, type RelayRoute, type SilentRoute } from "./relay.ts";
export { flowEndOf } from "./relay-connection.ts";
export { resetSocket, speaksOver } from "./reset-socket.ts";
export { createUdpRelay, type UdpRelay, type UdpRoute } from "./udp-relay.ts";
