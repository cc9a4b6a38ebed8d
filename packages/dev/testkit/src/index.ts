export { type Client, findClient, missing } from "./clients.ts";
export { eventually } from "./eventually.ts";
export { seededRandom } from "./random.ts";
export { vectorsFolder } from "./vectors.ts";
