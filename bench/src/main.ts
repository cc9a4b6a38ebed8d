import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import { formatResults, formatVerdicts } from "./format-report.ts";
import { describeMachine } from "./machine.ts";
import { runRounds } from "./rounds.ts";
import { judgeBudgets } from "./verdict.ts";

const usage = `usage: npm run bench -- NAME [--quick] [--json] [--report]

${Object.entries(cases)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join("\n")}

  --quick    fewer and shorter rounds, for a look while working
  --json     everything that was measured as JSON on standard output
  --report   end with 0 even when a budget is missed`;

function parseCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { quick: { type: "boolean" }, json: { type: "boolean" }, report: { type: "boolean" }, help: { type: "boolean" } },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

/** Exit code: 0, 1 when a budget is missed, 2 for a wrong command line. */
async function main(): Promise<number> {
  const { values: options = {}, positionals: [name = ""] = [] } = parseCommandLine() ?? {};
  const bench = cases[name];
  if (bench === undefined || options.help) {
    console.error(usage);
    return options.help ? 0 : 2;
  }
  const machine = describeMachine();
  const showProgress = process.stderr.isTTY;
  const onJob = (text: string) => showProgress && process.stderr.write(`\r\x1b[K${text}`);
  const results = await runRounds(bench, { isQuick: options.quick === true, onJob });
  onJob("");
  const verdicts = judgeBudgets(bench.budgets, results);
  if (options.json) {
    const samples = Object.fromEntries([...results].map(([load, byContender]) => [load, Object.fromEntries(byContender)]));
    console.log(JSON.stringify({ bench: name, machine, isQuick: options.quick === true, samples, verdicts }, null, 2));
  } else {
    console.log(`${machine}\n\n${formatResults(bench, results)}\n\n${formatVerdicts(verdicts)}`);
  }
  return options.report || verdicts.every(({ isKept }) => isKept) ? 0 : 1;
}

// What a case started ends in the "exit" event.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();
