// `npm run soak -- MINUTES [--seed N]`: traffic while things scale, change and die. Exit code 1: a request failed that should not have, or
// something did not come back.
import { parseArgs } from "node:util";
import { runSoak } from "./run-soak.ts";

const { values, positionals } = parseArgs({ options: { seed: { type: "string" } }, allowPositionals: true });
const [minutes = 3] = positionals.map(Number);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error("usage: npm run soak -- MINUTES [--seed N]");
  process.exit(2);
}
const { injected, survived, requests, explained, unexplained, slopes } = await runSoak(minutes * 60_000, seed);
console.log(`seed ${seed}: ${injected} injected, ${survived} survived`);
console.log(
  `${requests} requests, ${explained.length + unexplained.length} failed: ${explained.length} explained, ${unexplained.length} unexplained`,
);
for (const { what, atMs } of unexplained.slice(0, 20)) console.log(`  ${what} at ${(atMs / 1000).toFixed(2)} s`);
for (const [name, slope] of slopes) console.log(`  ${slope.toFixed(2).padStart(7)} MiB/min  ${name}`);
process.exitCode = unexplained.length === 0 && survived === injected ? 0 : 1;
