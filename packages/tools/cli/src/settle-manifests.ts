import { type Settled, settle, usesRegexAnnotations } from "@loopway/analysis";
import { type KubeObject, LoopwayError, type Origin, SOURCE_ANNOTATION } from "@loopway/model";
import { loadRegexEngine } from "@loopway/routing";
import { type Arguments, flag } from "./command.ts";
import { readInput } from "./manifests.ts";
import { createLineFinder, fromHere } from "./source-lines.ts";

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
  const settled = settle(objects, { strict: !flag(arguments_, "lenient"), now: Date.now(), compileRegex });
  for (const { severity, source, object, message } of [...problems, ...settled.problems]) {
    if (severity !== "error") continue;
    const place = [source === undefined ? undefined : fromHere(source), object].filter((part) => part !== undefined);
    console.error(`loopway: ${[...place, message].join(": ")}`);
  }
  return { settled, lineOf: lineLookup(settled) };
}

function lineLookup({ snapshot }: Settled): SettledManifests["lineOf"] {
  const lineOf = createLineFinder();
  return (origin) => {
    if (origin === undefined) return undefined;
    const source = snapshot.get<KubeObject>(origin.kind, origin.namespace, origin.name)?.metadata.annotations?.[SOURCE_ANNOTATION];
    return source === undefined ? undefined : fromHere(lineOf(source, origin.pointer) ?? source);
  };
}
