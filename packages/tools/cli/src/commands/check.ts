import { answerCodes, type Command, manifestHelp, manifestOptions } from "../command.ts";
import { controllerHelp, controllerOptions } from "../controller-options.ts";

export const check: Command = {
  name: "check",
  summary: "routing tests as data: which Service, status or redirect each request must get, without running anything",
  usage: "FILE.check.yaml... -f DIR|FILE... [--fail-under N] [--format text|junit|tap|github|json] | --init -f DIR",
  options: {
    ...manifestOptions,
    ...controllerOptions,
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
    ...controllerHelp,
    ["--fail-under N", "exit code 1 when the cases reach less than N % of the rules"],
    ["--format FORMAT", "text (default), junit, tap, github (annotations), json (packages/core/analysis/check.schema.json)"],
    ["--init", "print a file with a case for each rule, and stop"],
  ],
  exitCodes: answerCodes("every case holds", "a case fails, or fewer rules are reached than --fail-under asks for"),
  choices: { format: ["text", "junit", "tap", "github", "json"] },
  examples: [
    ["loopway check --init -f k8s/ > routes.check.yaml", "start with what the manifests do today"],
    ["loopway check routes.check.yaml -f k8s/ --fail-under 90", "exit code 0 when all hold and nine rules of ten are reached"],
    ["loopway check tests/*.check.yaml -f k8s/ --format junit", "for the CI's test report"],
    ["kustomize build prod | loopway check routes.check.yaml -f -", "any manifests from standard input"],
  ],
  // Loaded when it is asked for: the controllers are half of this program.
  run: async (arguments_) => (await import("../check/run.ts")).run(arguments_),
};
