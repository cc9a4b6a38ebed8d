import { smallProcessFlags } from "@loopway/supervisor";

/**
 * Goes on from the start as the same process with the flags of one that stays (execve(2): same pid, descriptors and terminal). Where Node cannot
 * do that, on Windows, it returns and the process stays as large as it is.
 */
export function becomeSmall(): void {
  if (smallProcessFlags.every((flag) => process.execArgv.includes(flag))) return;
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...smallProcessFlags, ...process.argv.slice(1)]);
}
