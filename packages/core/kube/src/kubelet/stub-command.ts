// Containers are stubs: no command of a manifest is run. What can be told of it without running it is how long it takes, where it sleeps.
import type { Container, Pod } from "@loopway/model";

const SLEEP = /(?:^|[\s;&|"'(])(?:\/bin\/)?sleep\s+(\d+(?:\.\d+)?)([smh]?)(?=$|[\s;&|"')])/g;
const MS_PER_UNIT: Readonly<Record<string, number>> = { "": 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds that the `sleep`s in a command line take together: `["sh", "-c", "sleep 5 && nginx -s quit"]` is 5,000. */
export function sleepsMs(command: readonly string[] = []): number {
  return [...command.join(" ").matchAll(SLEEP)].reduce((sum, [, amount, unit]) => sum + Number(amount) * (MS_PER_UNIT[unit ?? ""] ?? 0), 0);
}

/** "migrate=1,warm=0": exit codes of init containers by name; 0 where nothing is said. */
const INIT_EXIT_ANNOTATION = "loopway.dev/stub-init-exit";

/** How an init container ends, and after how long. */
export function initOutcome(pod: Pod, { name, command = [], args = [] }: Container): { tookMs: number; exitCode: number } {
  const codes = (pod.metadata.annotations?.[INIT_EXIT_ANNOTATION] ?? "").split(",").map((entry) => entry.trim().split("="));
  const code = Number(codes.find(([container]) => container === name)?.[1] ?? 0);
  return { tookMs: sleepsMs([...command, ...args]), exitCode: Number.isInteger(code) ? code : 1 };
}
