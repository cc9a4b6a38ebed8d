/** Objects know the file and the line they begin at; a pointer leads to the very line. */
import type { Problem } from "@loopway/model";
import { fromHere, SourceTexts } from "./source-lines.ts";

const texts = new SourceTexts();

/** A copy in which every `source` beside a `pointer` is the pointer's line. */
export function withLines<T>(answer: T): T {
  return JSON.parse(JSON.stringify(answer), (_key, value: unknown) => {
    const place = value as { pointer?: unknown; source?: unknown } | null;
    if (typeof place?.source !== "string") return value;
    return { ...place, source: exactLine(place.source, typeof place.pointer === "string" ? place.pointer : "") };
  }) as T;
}

export function withLine(problem: Problem): Problem {
  const { source, path = "" } = problem;
  return source === undefined ? problem : { ...problem, source: exactLine(source, path) };
}

/** `source` is "file:line" of an object; the line of a pointer into it, relative to this folder. */
export function exactLine(source: string, pointer: string): string {
  return fromHere(pointer === "" ? source : (texts.lineOf(source, pointer) ?? source));
}
