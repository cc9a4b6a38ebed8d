import { type Difference, diffManifests, formatDifference, formatMarkdown, settle } from "@loopway/analysis";
import { type KubeObject, LoopwayError } from "@loopway/model";
import { loadRegexEngine } from "@loopway/routing";
import { type Arguments, type Command, flag, jsonHelp, jsonOption, listOption } from "../command.ts";
import { readManifests } from "../manifests.ts";
import { createLineFinder } from "../source-lines.ts";
import { readZones } from "../zones.ts";

/** Changes that one reads before asking for all of them. */
const SHOWN = 10;

export const diff: Command = {
  name: "diff",
  summary: "the requests that are answered differently with other manifests, each with a curl that shows it",
  usage: "OLD NEW   (each a folder, a file, or - for standard input)",
  options: {
    ...jsonOption,
    markdown: { type: "boolean" },
    all: { type: "boolean" },
    lenient: { type: "boolean" },
    zone: { type: "string", multiple: true },
    "exit-zero": { type: "boolean" },
  },
  optionHelp: [
    ["--all", `show every change, not only the first ${SHOWN}`],
    jsonHelp,
    ["--markdown", "answer as a comment for a pull request"],
    ["--zone DIR|FILE", "zone files of both sides: which names lead to which load balancer; may be repeated"],
    ["--lenient", "accept what only Loopway accepts, as `loopway up` does without --strict"],
    ["--exit-zero", "end with 0 whatever was found"],
  ],
  examples: [
    ["loopway diff k8s/ /tmp/new/", "exit code 0: no request changes, and that is proven; 1: some do, or it is not proven; 2: unreadable"],
    ["git show main:k8s/web.yaml | loopway diff - k8s/web.yaml", "what this branch does to traffic"],
    ["loopway diff --markdown --exit-zero old/ new/", "for a comment; the rules' numbers and generated names are no change"],
    ["loopway diff --json old/ new/ | jq '.causes[].changes[].kind'", "packages/core/analysis/diff.schema.json says what is in it"],
  ],
  run: async (arguments_) => {
    const [old, young, ...others] = arguments_.positionals;
    if (old === undefined || young === undefined || others.length > 0)
      throw new LoopwayError("E_USAGE", { message: "diff takes two sets of manifests: OLD and NEW" });
    if (old === "-" && young === "-") throw new LoopwayError("E_USAGE", { message: "standard input can be OLD or NEW, not both" });
    const zones = readZones(listOption(arguments_, "zone"));
    const settled = [old, young].map((path) => settleManifests([...zones, ...readManifests([path])], arguments_));
    const [before, after] = settled as [(typeof settled)[0], (typeof settled)[0]];
    const difference = withLines(diffManifests({ before, after }, { compileRegex: await loadRegexEngine() }));
    process.stdout.write(formatOutput(difference, arguments_));
    return flag(arguments_, "exit-zero") || difference.verdict === "no-change" ? 0 : 1;
  },
};

function settleManifests(objects: readonly KubeObject[], arguments_: Arguments) {
  return settle(objects, { strict: !flag(arguments_, "lenient"), now: Date.now() });
}

function formatOutput(difference: Difference, arguments_: Arguments): string {
  if (flag(arguments_, "json")) return `${JSON.stringify(difference, null, 2)}\n`;
  const most = flag(arguments_, "all") ? Number.POSITIVE_INFINITY : SHOWN;
  return flag(arguments_, "markdown") ? formatMarkdown(difference, most) : formatDifference(difference, most);
}

/** Every place in an object with the line of its pointer, where the file can still be read. */
function withLines(difference: Difference): Difference {
  const lineOf = createLineFinder();
  return JSON.parse(JSON.stringify(difference), (_, value: { pointer?: unknown; source?: unknown }) => {
    if (typeof value?.pointer !== "string" || typeof value.source !== "string") return value;
    return { ...value, source: lineOf(value.source, value.pointer) ?? value.source };
  }) as Difference;
}
