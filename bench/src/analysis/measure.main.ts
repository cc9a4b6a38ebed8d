// A thousand applications, settled once and asked about ten thousand times, in a process of its own. Prints one Sample as JSON.
// node measure.main.ts own|shared
import { explain, settle } from "@loopway/analysis";
import type { Sample } from "../bench-case.ts";
import { APPLICATIONS, buildApplications, PATHS } from "./applications.ts";

const URLS = 10_000;

const objects = buildApplications(process.argv[2] === "shared" ? "shared" : "own");
// Groups of fifty have five hundred rules each, beyond AWS's quota: only strictly that is refused.
const options = { strict: process.argv[2] !== "shared", now: 0 };
const startedAt = performance.now();
const settled = settle(objects, options);
const settleMs = performance.now() - startedAt;
const rules = settled.loadBalancers.flatMap(({ table }) => table.listeners.flatMap((listener) => listener.rules.rules));
if (rules.length !== APPLICATIONS * PATHS) throw new Error(`${rules.length} rules were built: ${settled.problems[0]?.message}`);

const askedAt = performance.now();
for (let index = 0; index < URLS; index++) {
  const url = `http://app-${index % APPLICATIONS}.example.com/v${index % PATHS}/items/${index}`;
  const { outcome } = explain(settled, { method: "GET", url });
  if (outcome.kind !== "reached") throw new Error(`${url}: ${outcome.reason}`);
}
const urlMs = (performance.now() - askedAt) / URLS;
console.log(JSON.stringify({ settleMs, urlMs } satisfies Sample));
