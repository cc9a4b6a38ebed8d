import type { Change } from "./controller.ts";
import { deleteObject } from "./delete-object.ts";
import { type ApiFailure, isFailure } from "./failure.ts";
import { recordEvent } from "./record-event.ts";
import { type Draft, type StoreState, type Transaction, transact, type WriteContext } from "./store.ts";
import { createObject, updateObject, updateStatus } from "./write-object.ts";

/** One transaction: every change in order, or none and the first failure. */
export function applyChanges(state: StoreState, changes: readonly Change[], context: WriteContext): Transaction<undefined> | ApiFailure {
  return transact(state, context, (draft) => {
    for (const change of changes) {
      const problem = applyChange(draft, change);
      if (problem !== undefined) return problem;
    }
    return undefined;
  });
}

function applyChange(draft: Draft, change: Change): ApiFailure | undefined {
  switch (change.op) {
    case "create":
      return failureOf(createObject(draft, change.object));
    case "update":
      return failureOf(updateObject(draft, change.object));
    case "updateStatus":
      return failureOf(updateStatus(draft, change.object));
    case "delete": {
      const current = draft.objects.get(change.kind, change.namespace, change.name);
      if (current === undefined || (change.uid !== undefined && change.uid !== current.metadata.uid)) return undefined;
      return failureOf(deleteObject(draft, change.force === true ? { ...change, gracePeriodSeconds: 0 } : change));
    }
    case "event":
      recordEvent(draft, change);
      return undefined;
  }
}

function failureOf(result: unknown): ApiFailure | undefined {
  return isFailure(result) ? result : undefined;
}
