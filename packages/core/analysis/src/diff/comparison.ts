/** What the steps of one comparison share. They add to `changes`, `doubtful`, `unproven` and `known` and change nothing else. */
import type { CompileRegex, RequestView } from "@loopway/routing";
import type { ChangedPair, TableDifference, TablePair, Unproven } from "./compared-table.ts";
import type { PreparedPair, PreparedRule } from "./prepare-rules.ts";

/** How much is looked at before something is called unproven. */
export interface CompareLimits {
  /** Places of patterns, in one search for atoms. */
  maxSteps: number;
  /** Guards, in one search over them. */
  maxDecisions: number;
  /** Requests that are tried where nothing can be proven. */
  maxSamples: number;
}

export interface Comparison {
  tables: TablePair;
  prepared: PreparedPair;
  limits: CompareLimits;
  compileRegex: CompileRegex | undefined;
  takers: TableDifference["takers"];
  changes: Map<string, ChangedPair>;
  /** Pairs that only regular expressions keep from being certain, with requests that come near. */
  doubtful: Map<string, { before: number; after: number; near: RequestView[] }>;
  unproven: Unproven[];
  /** Lists that were compared. */
  known: Set<string>;
}

export interface RuleLists {
  before: readonly PreparedRule[];
  after: readonly PreparedRule[];
}

export type HostAndPath = Pick<RequestView, "host" | "path">;

/** RFC 5737: an address of nobody. */
export const NEUTRAL: RequestView = { host: "", path: "/", method: "GET", query: undefined, sourceIp: "192.0.2.1", keys: [], values: [] };
