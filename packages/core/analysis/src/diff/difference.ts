/** What `loopway diff` knows: plain data, as `--json` prints it (diff.schema.json). */
import type { Answer } from "./answer.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { Region } from "./describe-region.ts";
import type { Witness } from "./witness-curl.ts";

export interface Difference {
  /** `no-change` is a proof; `not-proven`: no change was found, and some requests could only be tried; `blocked`: none changes, and a group cannot be built. */
  verdict: "no-change" | "changes" | "not-proven" | "blocked";
  /** Groups that cannot be built on one side or both. */
  groups: readonly GroupFailure[];
  /** Objects that are compared as if they were not there. */
  refused: readonly RefusedObject[];
  /** The gravest first. */
  causes: readonly Cause[];
  unproven: readonly UnprovenRequests[];
  compared: { listeners: number; rulesBefore: number; rulesAfter: number };
}

/**
 * `blocked`: built before and no longer; the last good state keeps serving, so that no request changes and no later change arrives.
 * `unblocked`: the reverse. `still-blocked`: neither before nor after.
 */
export interface GroupFailure {
  kind: "blocked" | "unblocked" | "still-blocked";
  group: string;
  /** "default/web", in rule order. */
  members: readonly string[];
  message: string;
  /** The object that stands in the way. */
  culprit?: Place;
}

/** What the API or a controller does not take: in a cluster, what was there before stays. */
export interface RefusedObject extends Place {
  side: "before" | "after";
  message: string;
}

/** Place in an object of the manifests. */
export interface Place {
  /** "Ingress default/web" */
  object: string;
  /** RFC 6901, into the object. */
  pointer?: string;
  /** "file:line": where the object begins; a command that reads the file puts the pointer's line here. */
  source?: string;
}

export interface Cause extends Place {
  what: "added" | "removed" | "changed" | "order";
  /** RFC 6901: what differs in the object, at most five places. */
  fields: readonly string[];
  changes: readonly Change[];
}

/** Requests of one listener that are answered in one way before, and in another one after. */
export interface Change {
  kind: ChangeKind;
  /** "HTTP:80" */
  listener: string;
  loadBalancer: string;
  before: ShownAnswer;
  after: ShownAnswer;
  /** The most usual ones first. Empty where one witness stands for the whole listener. */
  requests: readonly ChangedRequests[];
}

interface ShownAnswer {
  /** In one line. */
  text: string;
  /** Absent where nothing answers. */
  answer?: Answer;
}

/** What one rule takes before and another one after, less what earlier rules take. */
export interface ChangedRequests {
  region: Region;
  before?: RulePlace;
  after?: RulePlace;
  witness: Witness;
}

export interface RulePlace extends Place {
  /** Of the rule; "default" for the default action. */
  priority: number | "default";
}

export interface UnprovenRequests {
  listener: string;
  loadBalancer: string;
  reason: "regular expression" | "too many combinations";
  /** Requests tried, of which none shows a change that is not reported. */
  samples: number;
  regions: readonly Region[];
}
