import { type Finding, type LintOptions, lint, settle } from "@loopway/analysis";
import { type KubeObject, SOURCE_ANNOTATION } from "@loopway/model";
import { parseInput } from "../manifests.ts";
import { SourceTexts } from "../source-lines.ts";
import { splitSource } from "../split-source.ts";
import { applyFixes, type PlacedFix } from "./apply-fixes.ts";
import { readIgnoreComments } from "./ignore-comments.ts";

export interface GivenTexts {
  /** By file. */
  texts: ReadonlyMap<string, string>;
  /** Hosted zones and their records. */
  zones: readonly KubeObject[];
}

/** Each finding with the line of its place, without those that a comment in their file ignores. */
export function lintTexts({ texts, zones }: GivenTexts, options: Omit<LintOptions, "sourceOf">): Finding[] {
  const sources = new SourceTexts(texts);
  const sourceOf = (object: KubeObject, path: string) => {
    const place = sources.findIn(object, path);
    return place === undefined ? object.metadata.annotations?.[SOURCE_ANNOTATION] : `${place.file}:${place.line}`;
  };
  const input = parseInput(texts);
  const settled = settle([...input.objects, ...zones], { ...options, strict: options.strict !== false, now: Date.now() });
  const problems = [...input.problems, ...settled.problems];
  const comments = new Map([...texts].map(([file, text]) => [file, readIgnoreComments(text)]));
  return lint({ ...settled, problems }, { ...options, sourceOf }).filter(({ code, source }) => {
    const { file = "-", line } = splitSource(source);
    return comments.get(file)?.isIgnored(code, line) !== true;
  });
}

/** A fix may uncover another. */
const MAX_ROUNDS = 5;

/** The texts with every certain fix in them, how many, and what is left to find. */
export function fixAll(given: GivenTexts, options: Omit<LintOptions, "sourceOf">) {
  let texts = given.texts;
  let applied = 0;
  for (let round = 0; ; round++) {
    const findings = lintTexts({ ...given, texts }, options);
    const mended = fixOnce(texts, findings);
    if (mended.applied === 0 || round === MAX_ROUNDS) return { texts, applied, findings };
    texts = mended.texts;
    applied += mended.applied;
  }
}

function fixOnce(texts: ReadonlyMap<string, string>, findings: readonly Finding[]) {
  const sources = new SourceTexts(texts);
  const objects = new Map(parseInput(texts).objects.map((object) => [nameOf(object), object]));
  const fixes = findings.flatMap((finding): PlacedFix[] => {
    const object = objects.get(finding.object);
    const { fix } = finding;
    if (fix === undefined || object === undefined) return [];
    const places = fix.edits.flatMap(({ path }) => sources.findIn(object, path) ?? []);
    return places.length === fix.edits.length ? [{ fix, places }] : [];
  });
  let applied = 0;
  const mended = [...texts].map(([file, text]): [string, string] => {
    const result = applyFixes(
      text,
      fixes.filter(({ places }) => places.every((place) => place.file === file)),
    );
    applied += result.applied;
    return [file, result.text];
  });
  return { texts: new Map(mended), applied };
}

/** As findings name it: what can be mended has a namespace. */
function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? "default"}/${metadata.name}`;
}
