/**
 * What Node's processes are started with, so that twenty of them fit beside an editor and a browser: V8's defaults suit the only large process
 * of a server. Figures: PSS of all processes of the example after 10,000 requests, `bench start`.
 */

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

/** Seven MB less in each load balancer than with the default, at the same CPU per request; with 1 MB it is a fifth slower. */
const LOAD_BALANCERS_YOUNG_GENERATION = "--max-semi-space-size=2";

/** Of a load balancer, which does not wait for the late compiler. */
export const loadBalancerFlags: readonly string[] = [COMPILE_ON_MAIN_THREAD, LOAD_BALANCERS_YOUNG_GENERATION];

/** Of every other process that stays. A command that answers and ends does without: it would take twice as long. */
export const smallProcessFlags: readonly string[] = [COMPILE_ON_MAIN_THREAD, SMALL_YOUNG_GENERATION, GROW_LATE, ...TWO_TIERS];
