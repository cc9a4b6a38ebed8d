import { answerCodes, type Command } from "../command.ts";
import { controllerHelp, controllerOptions } from "../controller-options.ts";

export const lint: Command = {
  name: "lint",
  summary: "what is wrong, or will be, with manifests: before anything is applied",
  usage: "-f DIR|FILE|- [OPTION]...",
  options: {
    filename: { type: "string", short: "f", multiple: true },
    zone: { type: "string", multiple: true },
    error: { type: "string", multiple: true },
    warn: { type: "string", multiple: true },
    off: { type: "string", multiple: true },
    fix: { type: "boolean" },
    format: { type: "string" },
    notes: { type: "boolean" },
    "max-warnings": { type: "string" },
    lenient: { type: "boolean" },
    ...controllerOptions,
    rules: { type: "boolean" },
  },
  optionHelp: [
    ["-f DIR|FILE|-", "manifests: a folder, a file or standard input; may be repeated"],
    ["--zone FILE|DIR", "hosted zones as master files: hosts outside them are told"],
    ["--notes", "show findings of severity info too"],
    ["--fix", "mend in place what can be mended for certain; comments and layout stay"],
    ["--error CODE", "count its findings as errors; may be repeated"],
    ["--warn CODE", "count its findings as warnings; may be repeated"],
    ["--off CODE", "leave it out; may be repeated"],
    ["--max-warnings N", "fail where there are more warnings than N"],
    ["--format FORMAT", "text (default), json, sarif, github"],
    ["--lenient", "accept what only Loopway accepts"],
    ...controllerHelp,
    ["--rules", "list every code; each has a page docs/lint/CODE.md"],
  ],
  exitCodes: answerCodes("no error, and no more warnings than --max-warnings", "an error, or more warnings than that"),
  choices: { format: ["text", "json", "sarif", "github"] },
  examples: [
    ["loopway lint -f k8s/", "everything that is wrong, with file and line"],
    ["kustomize build . | loopway lint -f -", "what is rendered is what counts"],
    ["loopway lint -f k8s/ --off tls-ignored --error unused-annotation", "your own measure"],
    ["loopway lint -f k8s/ --fix", "wildcards in Prefix paths, annotations misspelt by one letter"],
    ["loopway lint -f k8s/ --format sarif > lint.sarif", "for GitHub code scanning"],
    ["  # loopway-lint-ignore: shadowed-rule", "in a manifest: the line before, the end of the line, or the top of the file"],
  ],
  // Loaded when it is asked for: the controllers are half of this program.
  run: async (arguments_) => (await import("../lint/run.ts")).run(arguments_),
};
