// How the Load Balancer Controller reads annotations of Ingresses (pkg/annotations/parser.go): the first source that has the key wins.
import { perObject } from "@loopway/kube";
import { type Parsed, parseBooleanValue, parseIntegerValue, parseList, parseLongValue, parseMapValue } from "../annotation-value.ts";

const PREFIX = "alb.ingress.kubernetes.io/";

/** Annotations in order of precedence: the Service's, then the Ingress's. */
export type AnnotationSources = readonly (Readonly<Record<string, string>> | undefined)[];
/** Takes the text of what is wrong; the reader then answers undefined, as if the annotation were absent. */
export type Report = (message: string) => void;

export function annotationKey(suffix: string): string {
  return PREFIX + suffix;
}

export function annotationSuffix(key: string): string | undefined {
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
}

/** An Ingress is asked for some eighty settings, and has three. */
const bySuffix = perObject((annotations: Readonly<Record<string, string>>): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(annotations)) {
    const suffix = annotationSuffix(key);
    if (suffix !== undefined) found.set(suffix, value);
  }
  return found;
});

export function readText(suffix: string, sources: AnnotationSources): string | undefined {
  for (const annotations of sources) {
    const value = annotations && bySuffix(annotations).get(suffix);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function readList(suffix: string, sources: AnnotationSources): string[] | undefined {
  const raw = readText(suffix, sources);
  return raw === undefined ? undefined : parseList(raw);
}

export function readBoolean(suffix: string, sources: AnnotationSources, report: Report): boolean | undefined {
  return accept(parseWith(parseBooleanValue, suffix, sources), report);
}

export function readInteger(suffix: string, sources: AnnotationSources, report: Report): number | undefined {
  return accept(parseWith(parseIntegerValue, suffix, sources), report);
}

export function readLong(suffix: string, sources: AnnotationSources, report: Report): number | undefined {
  return accept(parseWith(parseLongValue, suffix, sources), report);
}

export function readMap(suffix: string, sources: AnnotationSources, report: Report): Record<string, string> | undefined {
  return accept(parseWith(parseMapValue, suffix, sources), report);
}

function parseWith<T>(parse: (key: string, raw: string) => Parsed<T>, suffix: string, sources: AnnotationSources): Parsed<T | undefined> {
  const raw = readText(suffix, sources);
  return raw === undefined ? { value: undefined } : parse(annotationKey(suffix), raw);
}

function accept<T>(parsed: Parsed<T | undefined>, report: Report): T | undefined {
  if ("value" in parsed) return parsed.value;
  report(parsed.error);
  return undefined;
}
