import { defineConfig } from "vitest/config";
import { root } from "./bundles.ts";
import { LeakReporter } from "./leak-reporter.ts";

const everywhere = { exclude: ["**/node_modules/**"], testTimeout: 20_000, hookTimeout: 60_000, detectAsyncLeaks: true };

export default defineConfig({
  root,
  test: {
    // On two cores: half of its time a file of the process tests waits for what it has started.
    maxWorkers: 3,
    reporters: ["default", new LeakReporter()],
    projects: [
      // Pure: nothing that one file does can be seen in another, and loading the modules anew for each would cost more than the tests.
      { root, test: { ...everywhere, name: "core", include: ["packages/core/*/test/**/*.test.ts"], isolate: false } },
      {
        root,
        test: {
          ...everywhere,
          name: "processes",
          include: ["packages/{runtime,hops,region,tools,dev}/*/test/**/*.test.ts", "bench/test/**/*.test.ts", "scripts/test/**/*.test.ts"],
        },
      },
    ],
  },
});
