import type { Progress } from "@loopway/supervisor";

/** Says what starts, and what ended by itself and is started again. */
export function printProgress(progress: Progress): void {
  if (progress.type !== "process") return;
  const { kind, name, state, lastEnd } = progress;
  const what = kind === name ? kind : `${kind} ${name}`;
  if (state === "ready") console.error(`  ${what} serves`);
  else if (lastEnd !== undefined && state === "waiting") console.error(`  ${what} ended (${lastEnd}); starting it again`);
}
