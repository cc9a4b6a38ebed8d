// How the Load Balancer Controller reads annotations (pkg/annotations/parser.go): first source that has the key wins, and Go's own words
// for a value that does not parse.

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

export function readText(suffix: string, sources: AnnotationSources): string | undefined {
  const key = annotationKey(suffix);
  return sources.find((annotations) => annotations?.[key] !== undefined)?.[key];
}

/** Go's strings.Split at commas, trimmed, empty items dropped. */
export function readList(suffix: string, sources: AnnotationSources): string[] | undefined {
  return readText(suffix, sources)
    ?.split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true])),
  ...Object.fromEntries(["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false])),
};

/** Go's strconv.ParseBool. */
export function parseBoolean(text: string): boolean | undefined {
  return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
}

export function readBoolean(suffix: string, sources: AnnotationSources, report: Report): boolean | undefined {
  const raw = readText(suffix, sources);
  const value = raw === undefined ? undefined : parseBoolean(raw);
  if (raw !== undefined && value === undefined)
    report(`failed to parse bool annotation, ${annotationKey(suffix)}: ${raw}: strconv.ParseBool: parsing "${raw}": invalid syntax`);
  return value;
}

/** Go's strconv.ParseInt, base 10: no blanks, an optional sign. */
export function readInteger(suffix: string, sources: AnnotationSources, report: Report): number | undefined {
  const raw = readText(suffix, sources);
  if (raw === undefined) return undefined;
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  report(`failed to parse int32 annotation, ${annotationKey(suffix)}: ${raw}: strconv.ParseInt: parsing "${raw}": invalid syntax`);
  return undefined;
}

/** `key=value` pieces at commas; `\,` is a comma inside a piece; a value may hold `=`. */
export function readMap(suffix: string, sources: AnnotationSources, report: Report): Record<string, string> | undefined {
  const raw = readText(suffix, sources);
  if (raw === undefined) return undefined;
  const map: Record<string, string> = {};
  for (const piece of raw.split(/(?<!\\),/).map((part) => part.replaceAll("\\,", ",").trim())) {
    if (piece === "") continue;
    const equals = piece.indexOf("=");
    if (equals < 0) {
      report(`failed to parse stringMap annotation, ${annotationKey(suffix)}: ${raw}`);
      return undefined;
    }
    map[piece.slice(0, equals).trim()] = piece.slice(equals + 1).trim();
  }
  return map;
}
