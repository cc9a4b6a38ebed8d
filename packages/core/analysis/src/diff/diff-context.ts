/** What the parts of one comparison share. They add to `findings` and change nothing else. */
import type { CompileRegex } from "@loopway/routing";
import type { CompareLimits } from "./comparison.ts";
import type { Cause, Change, UnprovenRequests } from "./difference.ts";
import type { ComparedStack, Side } from "./read-side.ts";

export interface DiffOptions {
  /** Of loadRegexEngine; without it rules with regexValues are left out. */
  compileRegex?: CompileRegex;
  limits?: CompareLimits;
}

export interface FoundChange {
  cause: Omit<Cause, "changes">;
  change: Change;
}

/** What the comparison of one listener after the other adds up to. */
export interface Findings {
  changes: FoundChange[];
  unproven: UnprovenRequests[];
  compared: { listeners: number; rulesBefore: number; rulesAfter: number };
}

export interface DiffContext extends DiffOptions {
  before: Side;
  after: Side;
  findings: Findings;
}

export interface StackPair {
  before: ComparedStack | undefined;
  after: ComparedStack | undefined;
}

export function portsOf({ before, after }: StackPair): number[] {
  return [...new Set([...(before?.listeners.keys() ?? []), ...(after?.listeners.keys() ?? [])])].sort((a, b) => a - b);
}
