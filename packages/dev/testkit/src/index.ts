export { type Client, findClient, missing } from "./clients.ts";
export { closedPort } from "./closed-port.ts";
export { eventually } from "./eventually.ts";
export { exchange } from "./exchange.ts";
export { seededRandom } from "./random.ts";
export { areUnlike, type Objection, objectionsTo, tally } from "./random-choices.ts";
export { type SelfSigned, selfSigned } from "./self-signed.ts";
export { vectorsFolder } from "./vectors.ts";
