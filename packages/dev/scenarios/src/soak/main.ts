// `npm run soak -- MINUTES [--seed N]`: traffic while things scale, change and die. Exit code 1: a request failed that should not have,
// something did not come back, or memory grew.
import { parseArgs } from "node:util";
import { formatReport, passes } from "./report.ts";
import { runSoak } from "./run-soak.ts";

const { values, positionals } = parseArgs({ options: { seed: { type: "string" } }, allowPositionals: true });
const [minutes = 3] = positionals.map(Number);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("usage: npm run soak -- MINUTES [--seed N]");
  process.exit(2);
}
const result = await runSoak(minutes * 60_000, seed);
console.log([`seed ${seed}`, ...formatReport(result)].join("\n"));
process.exitCode = passes(result) ? 0 : 1;
