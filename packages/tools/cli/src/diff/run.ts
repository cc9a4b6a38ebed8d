import {
  type Difference,
  diffManifests,
  formatDifference,
  formatMarkdown,
  type Settled,
  settle,
  usesRegexAnnotations,
} from "@loopway/analysis";
import { type KubeObject, LoopwayError } from "@loopway/model";
import { loadRegexEngine } from "@loopway/routing";
import { type Arguments, flag, listOption } from "../command.ts";
import { settleOptionsOf } from "../controller-options.ts";
import { withLines } from "../exact-lines.ts";
import { readInput } from "../manifests.ts";
import { readZones } from "../zones.ts";

/** Changes that one reads before asking for all of them. */
const SHOWN = 10;
const UNREADABLE = 2;

/** Exit code: 0 where no request changes, 1 where some do, it is not proven or a group cannot be built, 2 where something cannot be read. */
export async function run(arguments_: Arguments): Promise<number> {
  const [old, young, ...others] = arguments_.positionals;
  if (old === undefined || young === undefined || others.length > 0)
    throw new LoopwayError("E_USAGE", { message: "diff takes two sets of manifests: OLD and NEW" });
  if (old === "-" && young === "-") throw new LoopwayError("E_USAGE", { message: "standard input can be OLD or NEW, not both" });
  const zones = readZones(listOption(arguments_, "zone"));
  const before = readObjects(old);
  const after = readObjects(young);
  if (before === undefined || after === undefined) return UNREADABLE;
  const compileRegex = usesRegexAnnotations([...before, ...after]) ? await loadRegexEngine() : undefined;
  const settled = (objects: readonly KubeObject[]): Settled =>
    settle([...zones, ...objects], { ...settleOptionsOf(arguments_), now: Date.now(), compileRegex });
  const difference = diffManifests({ before: settled(before), after: settled(after) }, compileRegex === undefined ? {} : { compileRegex });
  process.stdout.write(formatOutput(withLines(difference), arguments_));
  return flag(arguments_, "exit-zero") || difference.verdict === "no-change" ? 0 : 1;
}

/** Nothing is known about a set of which a part cannot be read: undefined, and each fault is told. */
function readObjects(path: string): KubeObject[] | undefined {
  const { objects, problems } = readInput([path]);
  const faults = problems.filter(({ severity }) => severity === "error");
  for (const { code, message } of faults) console.error(`loopway: ${message} [${code}]`);
  return faults.length > 0 ? undefined : objects;
}

function formatOutput(difference: Difference, arguments_: Arguments): string {
  if (flag(arguments_, "json")) return `${JSON.stringify(difference, null, 2)}\n`;
  const most = flag(arguments_, "all") ? Number.POSITIVE_INFINITY : SHOWN;
  return flag(arguments_, "markdown") ? formatMarkdown(difference, most) : formatDifference(difference, most);
}
