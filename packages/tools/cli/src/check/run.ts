import { initialCases, runChecks } from "@loopway/analysis";
import { LoopwayError } from "@loopway/model";
import { type Arguments, flag, listOption, stringOption } from "../command.ts";
import { settleManifests } from "../settle-manifests.ts";
import { describeChecks } from "./describe-checks.ts";
import { checkFormats, coveredPercent } from "./format-checks.ts";
import { formatInitialCases } from "./format-initial-cases.ts";
import { readChecks } from "./read-checks.ts";

export async function run(arguments_: Arguments): Promise<number> {
  const isFirst = flag(arguments_, "init");
  const { format, failUnder } = parseOptions(arguments_);
  if (!isFirst && arguments_.positionals.length === 0)
    throw new LoopwayError("E_USAGE", { message: "say which tests: loopway check FILE.check.yaml -f DIR; --init writes a first file" });
  const { settled, lineOf } = await settleManifests(listOption(arguments_, "filename"), arguments_);
  if (isFirst) {
    process.stdout.write(formatInitialCases(initialCases(settled), lineOf));
    return 0;
  }
  const report = describeChecks(runChecks(settled, readChecks(arguments_.positionals)), lineOf);
  process.stdout.write(format(report));
  return report.failed === 0 && coveredPercent(report) >= failUnder ? 0 : 1;
}

function parseOptions(arguments_: Arguments): { format: (typeof checkFormats)[string]; failUnder: number } {
  const name = stringOption(arguments_, "format") ?? "text";
  const format = Object.hasOwn(checkFormats, name) ? checkFormats[name] : undefined;
  if (format === undefined)
    throw new LoopwayError("E_USAGE", { message: `no format named ${name}; there are ${Object.keys(checkFormats).join(", ")}` });
  const failUnder = Number(stringOption(arguments_, "fail-under") ?? 0);
  if (!(failUnder >= 0 && failUnder <= 100)) throw new LoopwayError("E_USAGE", { message: "--fail-under takes a percentage, 0 to 100" });
  return { format, failUnder };
}
