import { type Settled, settle } from "@loopway/analysis";
import { type KubeObject, type Origin, SOURCE_ANNOTATION } from "@loopway/model";
import { type Arguments, flag } from "./command.ts";
import { createLineFinder, fromHere } from "./source-lines.ts";

export const manifestOptions = {
  filename: { type: "string", short: "f", multiple: true },
  lenient: { type: "boolean" },
} as const;
export const manifestHelp: readonly (readonly [string, string])[] = [
  ["-f DIR|FILE|-", "manifests: a folder, a file or standard input; may be repeated"],
  ["--lenient", "accept what only Loopway accepts, as `loopway up` does without --strict"],
];

/** Manifests at their fixed point, and where their objects stand. */
export interface SettledManifests {
  settled: Settled;
  /** "file:line" of the place that made a controller build an object. */
  lineOf(origin: Origin | undefined): string | undefined;
}

/** Says on standard error what was refused: nothing that it says stops the command. */
export function settleManifests(objects: readonly KubeObject[], arguments_: Arguments): SettledManifests {
  const settled = settle(objects, { strict: !flag(arguments_, "lenient"), now: Date.now() });
  for (const { severity, source, object, message } of settled.problems) {
    if (severity !== "error") continue;
    console.error(`loopway: ${[source === undefined ? undefined : fromHere(source), object, message].filter(Boolean).join(": ")}`);
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
