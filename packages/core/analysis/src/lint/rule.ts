import type { KubeObject } from "@loopway/model";
import type { FixEdit, Severity } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** A place in an object, before it is named for a reader. */
export interface Spot {
  object: KubeObject;
  /** RFC 6901. */
  path: string;
}

/** What a rule yields; the runner adds code, names and lines. */
export interface Found extends Spot {
  message: string;
  /** Other than the rule's own. */
  severity?: Severity;
  suggestion?: string;
  fix?: { title: string; edits: readonly FixEdit[] };
  witness?: { method: string; url: string; headers: Readonly<Record<string, string>>; sourceIp?: string; takenBy: Spot };
  related?: readonly (Spot & { message: string })[];
}

/** One code, one page of documentation, one question to the manifests. Pure; never throws, whatever the manifests hold. */
export interface LintRule {
  code: string;
  severity: Severity;
  /** One line for tables: what it finds. */
  summary: string;
  check(subject: Subject): Iterable<Found>;
}
