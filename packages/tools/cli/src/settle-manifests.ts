import { type Settled, settle, usesRegexAnnotations } from "@loopway/analysis";
import { type KubeObject, LoopwayError, type Origin, SOURCE_ANNOTATION } from "@loopway/model";
import { loadRegexEngine } from "@loopway/routing";
import type { Arguments } from "./command.ts";
import { settleOptionsOf } from "./controller-options.ts";
import { exactLine, withLine } from "./exact-lines.ts";
import { readInput } from "./manifests.ts";

/** Manifests at their fixed point, and where their objects stand. */
export interface SettledManifests {
  settled: Settled;
  /** "file:line" of the place that made a controller build an object. */
  lineOf(origin: Origin | undefined): string | undefined;
}

/** Says on standard error what was refused: nothing that it says stops the command. Throws E_FILE, E_USAGE. */
export async function settleManifests(paths: readonly string[], arguments_: Arguments): Promise<SettledManifests> {
  if (paths.length === 0) throw new LoopwayError("E_USAGE", { message: "say which manifests with -f DIR or FILE" });
  const { objects, problems } = readInput(paths);
  const compileRegex = usesRegexAnnotations(objects) ? await loadRegexEngine() : undefined;
  const settled = settle(objects, { ...settleOptionsOf(arguments_), now: Date.now(), compileRegex });
  for (const { severity, source, object, message } of [...problems, ...settled.problems].map(withLine))
    if (severity === "error") console.error(`loopway: ${[source, object, message].filter((part) => part !== undefined).join(": ")}`);
  return { settled, lineOf: lineLookup(settled) };
}

function lineLookup({ snapshot }: Settled): SettledManifests["lineOf"] {
  return (origin) => {
    if (origin === undefined) return undefined;
    const source = snapshot.get<KubeObject>(origin.kind, origin.namespace, origin.name)?.metadata.annotations?.[SOURCE_ANNOTATION];
    return source === undefined ? undefined : exactLine(source, origin.pointer);
  };
}
