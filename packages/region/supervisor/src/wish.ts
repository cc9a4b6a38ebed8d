import type { ObjectReference } from "@loopway/hop-kit";
import type { ProcessKind } from "@loopway/model";

/** A process that the objects call for. */
export interface ProcessWish {
  /** Unique, and the same as long as it is the same process: "alb api-lb". */
  key: string;
  kind: ProcessKind;
  name: string;
  namespace?: string;
  /** Lower starts earlier: what the first request needs first. */
  order: number;
  /** The object that called for it. */
  owner?: ObjectReference;
  settings: Record<string, unknown>;
}
