import { defineConfig } from "vitest/config";
import { root } from "./bundles.ts";
import { LeakReporter } from "./leak-reporter.ts";

export default defineConfig({
  root,
  test: {
    include: ["packages/*/*/test/**/*.test.ts", "bench/test/**/*.test.ts", "scripts/test/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: more workers would only make the timings of the process tests worse.
    maxWorkers: 2,
    detectAsyncLeaks: true,
    reporters: ["default", new LeakReporter()],
  },
});
