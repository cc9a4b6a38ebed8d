import { type ErrorCode, errors, formatProblem } from "@loopway/model";
import type { Progress } from "./progress.ts";

/** On the terminal: what serves, what ended by itself and is started again, and why the supervisor ends. */
export function printProgress(progress: Progress): void {
  switch (progress.type) {
    case "started":
      return;
    case "failed":
      if (progress.code in errors) console.error(formatProblem(progress.code as ErrorCode, progress.values));
      return;
    case "process": {
      const { kind, name, state, lastEnd } = progress;
      const what = kind === name ? kind : `${kind} ${name}`;
      if (state === "ready") console.error(`  ${what} serves`);
      else if (lastEnd !== undefined && state === "waiting") console.error(`  ${what} ended (${lastEnd}); starting it again`);
    }
  }
}
