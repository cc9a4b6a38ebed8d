import type { Reporter, Vitest } from "vitest/node";

/** vitest reports async leaks but exits 0; a test that leaves an open handle must fail the run. */
export class LeakReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(): void {
    const leaks = [...(this.#vitest?.state.leakSet ?? [])];
    if (leaks.length === 0) return;
    console.error(
      `${leaks.length} open handle(s) left by tests: ${[...new Set(leaks.map((leak) => `${leak.filename} (${leak.type})`))].join(", ")}`,
    );
    process.exitCode = 1;
  }
}
