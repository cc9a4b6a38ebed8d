export type { Hop, Selection } from "./hop.ts";
