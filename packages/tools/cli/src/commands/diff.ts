import { answerCodes, type Command, jsonHelp, jsonOption } from "../command.ts";
import { controllerHelp, controllerOptions } from "../controller-options.ts";

export const diff: Command = {
  name: "diff",
  summary: "the requests that are answered differently with other manifests, each with a curl that shows it",
  usage: "OLD NEW   (each a folder, a file, or - for standard input)",
  options: {
    ...jsonOption,
    markdown: { type: "boolean" },
    all: { type: "boolean" },
    lenient: { type: "boolean" },
    ...controllerOptions,
    zone: { type: "string", multiple: true },
    "exit-zero": { type: "boolean" },
  },
  optionHelp: [
    ["--all", "show every change, not only the first ten"],
    jsonHelp,
    ["--markdown", "answer as a comment for a pull request"],
    ["--zone DIR|FILE", "zone files of both sides: which names lead to which load balancer; may be repeated"],
    ["--lenient", "accept what only Loopway accepts, as `loopway up` does without --strict"],
    ...controllerHelp,
    ["--exit-zero", "end with 0 whatever was found"],
  ],
  exitCodes: answerCodes("no request changes, and that is proven", "some do, it is not proven, or a group cannot be built"),
  examples: [
    [
      "loopway diff k8s/ /tmp/new/",
      "exit code 0: no request changes, and that is proven; 1: some do, it is not proven, or a group cannot be built; 2: unreadable",
    ],
    ["git show main:k8s/web.yaml | loopway diff - k8s/web.yaml", "what this branch does to traffic"],
    ["loopway diff --markdown --exit-zero old/ new/", "for a comment; the rules' numbers and generated names are no change"],
    ["loopway diff --json old/ new/ | jq '.causes[].changes[].kind'", "packages/core/analysis/diff.schema.json says what is in it"],
  ],
  // Loaded when it is asked for: the controllers are half of this program.
  run: async (arguments_) => (await import("../diff/run.ts")).run(arguments_),
};
