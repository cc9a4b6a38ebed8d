/**
 * What Node's processes are started with, so that twenty of them fit beside an editor and a browser: V8's defaults suit the only large process
 * of a server. Figures: PSS of all processes of the example after 10,000 requests, `bench start`.
 */
import type { ProcessKind } from "@loopway/model";

/**
 * Optimised code is compiled on the main thread: on threads of its own it leaves behind half as much memory again as a small process takes, and
 * twenty processes have no cores to spare for them. 455 MB instead of 560, at the same CPU per request and time to start; in the first seconds
 * a request may wait for the compiler.
 */
const COMPILE_ON_MAIN_THREAD = "--no-concurrent-recompilation";
/** By default the young generation of a busy process grows to three times 16 MB: a tenth of all. */
const SMALL_YOUNG_GENERATION = "--max-semi-space-size=1";
/**
 * Without the two compilers between interpreter and optimiser a small process keeps 0.7 MB less of code. What is hot is optimised all the same, a
 * little later.
 */
const TWO_TIERS = ["--no-sparkplug", "--no-maglev"];
/** The old generation is collected before it grows: two or three MB less in each small process, at the same CPU per request. */
const GROW_LATE = "--optimize-for-size";
/**
 * Without TurboFan a pod is optimised by Maglev: 7 MB less of Node's own program in each, and no step of that size ten minutes on, when health
 * checks of an idle pod would be optimised. At the same CPU for the ten thousand requests.
 */
const MIDDLE_TIER = ["--no-sparkplug", "--no-turbofan"];

/** Seven MB less than with the default; CPU per request differs by less than two runs of `bench alb` do. */
const YOUNG_GENERATION = "--max-semi-space-size=2";
/** The old generation is collected whenever it has grown by a third: else the garbage of a quarter of an hour piles up under little traffic. */
const GROW_BY_A_THIRD = ["--initial-old-space-size=6", "--heap-growing-percent=30"];
/** After 500 calls in place of 3,000: an idle load balancer's health checks are optimised in its first minute, not in its twentieth. */
const OPTIMISE_SOON = "--invocation-count-for-turbofan=500";

/** Of every process that stays, but for those below. A command that answers and ends does without: it would take twice as long. */
export const smallProcessFlags: readonly string[] = [COMPILE_ON_MAIN_THREAD, SMALL_YOUNG_GENERATION, GROW_LATE, ...TWO_TIERS];

const flagsByKind: Partial<Record<ProcessKind, readonly string[]>> = {
  pod: [COMPILE_ON_MAIN_THREAD, SMALL_YOUNG_GENERATION, GROW_LATE, ...MIDDLE_TIER],
  alb: [COMPILE_ON_MAIN_THREAD, YOUNG_GENERATION, ...GROW_BY_A_THIRD, OPTIMISE_SOON],
};

export function flagsOf(kind: ProcessKind): readonly string[] {
  return flagsByKind[kind] ?? smallProcessFlags;
}
