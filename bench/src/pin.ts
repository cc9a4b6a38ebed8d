import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

let pin: readonly string[] | undefined;

/**
 * What to put before a command so that it stays on one core: its own threads (collector, compiler) then cost it what they cost a busy
 * machine, and it does not lose its caches by moving. Empty where there is no taskset (util-linux, Linux only) or no such core for us.
 */
export function pinPrefix(): readonly string[] {
  pin ??= findPin();
  return pin;
}

function findPin(): readonly string[] {
  const command = "taskset";
  const options = ["-c", String(availableParallelism() - 1)];
  const { status } = spawnSync(command, [...options, "true"], { stdio: "ignore" });
  return status === 0 ? [command, ...options] : [];
}
