import type { ProcessKind } from "@loopway/model";
import type { FleetEvent, MemberState } from "./fleet.ts";

/** One JSON line each, from the supervisor to the command that started it, on file descriptor 3. */
export type Progress =
  /** The claims hold and loopway.json is written. */
  | { type: "started" }
  | { type: "process"; kind: ProcessKind; name: string; state: MemberState; restarts: number; lastEnd?: string }
  /** The supervisor is about to exit with the catalogue's exit code. */
  | { type: "failed"; code: string; values: Record<string, string | number> };

export function progressOf({ member }: FleetEvent): Progress {
  const { wish, state, restarts, lastEnd } = member;
  return { type: "process", kind: wish.kind, name: wish.name, state, restarts, ...(lastEnd === undefined ? {} : { lastEnd }) };
}
