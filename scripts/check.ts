// Types, format and lint, layers and purity, dead code: everything that is known without running the product.
import { checkLayers } from "./check-layers.ts";
import { checkTypes } from "./check-types.ts";
import { run } from "./run.ts";

const steps: ReadonlyArray<[string, () => Promise<number>]> = [
  ["layers", checkLayers],
  ["format and lint", () => run("node_modules/.bin/biome", ["check", "packages", "bench", "scripts"])],
  ["types", checkTypes],
  ["dead code", () => run("node_modules/.bin/knip", ["--config", "scripts/knip.json"])],
];

export async function check(): Promise<number> {
  for (const [name, step] of steps) {
    const startedAt = performance.now();
    const code = await step();
    console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    if (code !== 0) return code;
  }
  return 0;
}

if (import.meta.main) process.exit(await check());
