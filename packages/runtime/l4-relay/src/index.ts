export { createRelay, type Relay, type RelayedConnection, type RelayRoute } from "./relay.ts";
