import { type ErrorEntry, errors, formatProblem, LoopwayError } from "@loopway/model";

/** A defect of ours (sysexits.h EX_SOFTWARE). */
const EX_SOFTWARE = 70;

/** Prints what happened and what to do; returns the exit code of the catalogue. */
export function reportProblem(error: unknown): number {
  if (!(error instanceof LoopwayError)) {
    console.error(error);
    return EX_SOFTWARE;
  }
  console.error(formatProblem(error.code, error.values));
  const entry: ErrorEntry = errors[error.code];
  return entry.exitCode ?? 1;
}
