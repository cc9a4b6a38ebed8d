import { initialCases, runChecks } from "@loopway/analysis";
import { LoopwayError } from "@loopway/model";
import { type Arguments, type Command, flag, stringOption } from "../command.ts";
import { describeChecks } from "../describe-checks.ts";
import { checkFormats, coveredPercent } from "../format-checks.ts";
import { formatInitialCases } from "../format-initial-cases.ts";
import { readChecks } from "../read-checks.ts";
import { manifestHelp, manifestOptions, settleManifests } from "../settle-manifests.ts";
import { manifestsOf } from "./apply.ts";

export const check: Command = {
  name: "check",
  summary: "routing tests as data: which Service, status or redirect each request must get, without running anything",
  usage: "FILE.check.yaml... -f DIR|FILE... [--fail-under N] [--format text|junit|tap|github|json] | --init -f DIR",
  options: {
    ...manifestOptions,
    "fail-under": { type: "string" },
    format: { type: "string" },
    init: { type: "boolean" },
  },
  optionHelp: [
    [
      "FILE.check.yaml",
      "tests: [{ name, input: { url, method, headers, … }, expect: { service, status, … } }]; also Envoy's route-check files",
    ],
    ["  input", "url, or host and path; method, port, headers, query, sourceIp, random (0 to below 1), loadBalancer (name or group)"],
    ["  expect", "service, rule, status, redirect, targetGroup, weights; host, path and headers as the Service gets them; all optional"],
    ...manifestHelp,
    ["--fail-under N", "exit code 1 when the cases reach less than N % of the rules"],
    ["--format FORMAT", "text (default), junit, tap, github (annotations), json (packages/core/analysis/check.schema.json)"],
    ["--init", "print a file with a case for each rule, and stop"],
  ],
  examples: [
    ["loopway check --init -f k8s/ > routes.check.yaml", "start with what the manifests do today"],
    ["loopway check routes.check.yaml -f k8s/ --fail-under 90", "exit code 0 when all hold and nine rules of ten are reached"],
    ["loopway check tests/*.check.yaml -f k8s/ --format junit", "for the CI's test report"],
    ["kustomize build prod | loopway check routes.check.yaml -f -", "any manifests from standard input"],
  ],
  async run(arguments_) {
    const { settled, lineOf } = settleManifests(manifestsOf(arguments_), arguments_);
    if (flag(arguments_, "init")) {
      process.stdout.write(formatInitialCases(initialCases(settled), lineOf));
      return 0;
    }
    const { format, failUnder } = parseOptions(arguments_);
    const report = describeChecks(runChecks(settled, readChecks(arguments_.positionals)), lineOf);
    process.stdout.write(format(report));
    return report.failed === 0 && coveredPercent(report) >= failUnder ? 0 : 1;
  },
};

function parseOptions(arguments_: Arguments): { format: (typeof checkFormats)[string]; failUnder: number } {
  if (arguments_.positionals.length === 0)
    throw new LoopwayError("E_USAGE", { message: "say which tests: loopway check FILE.check.yaml -f DIR; --init writes a first file" });
  const name = stringOption(arguments_, "format") ?? "text";
  const format = Object.hasOwn(checkFormats, name) ? checkFormats[name] : undefined;
  if (format === undefined)
    throw new LoopwayError("E_USAGE", { message: `no format named ${name}; there are ${Object.keys(checkFormats).join(", ")}` });
  const failUnder = Number(stringOption(arguments_, "fail-under") ?? 0);
  if (!(failUnder >= 0 && failUnder <= 100)) throw new LoopwayError("E_USAGE", { message: "--fail-under takes a percentage, 0 to 100" });
  return { format, failUnder };
}
