// service.beta.kubernetes.io/* of a Service, read as the controller does (pkg/annotations/parser.go). A value that does not parse is
// reported in Go's own words, and then counts as absent.
import { formatPointer, type KeyValue } from "@loopway/model";
import { parseBoolean } from "../load-balancer/annotations.ts";
import { toKeyValues } from "../load-balancer/key-values.ts";
import { report, type ServiceBuild } from "./service-build.ts";

const PREFIX = "service.beta.kubernetes.io/";
const INT32_MAX = 2 ** 31 - 1;

export function annotationKey(suffix: string): string {
  return PREFIX + suffix;
}

export function reportAnnotation(build: ServiceBuild, suffix: string, message: string): void {
  report(build, formatPointer("metadata", "annotations", annotationKey(suffix)), message);
}

export function readText({ service }: ServiceBuild, suffix: string): string | undefined {
  return service.metadata.annotations?.[annotationKey(suffix)];
}

/** Split at commas, trimmed, empty items dropped. */
export function readList(build: ServiceBuild, suffix: string): string[] | undefined {
  return readText(build, suffix)
    ?.split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

export function readBoolean(build: ServiceBuild, suffix: string): boolean | undefined {
  const raw = readText(build, suffix);
  if (raw === undefined) return undefined;
  const value = parseBoolean(raw);
  if (value === undefined) reportAnnotation(build, suffix, `${failedToParse("bool", suffix, raw)}: ${invalidBoolean(raw)}`);
  return value;
}

export function invalidBoolean(raw: string): string {
  return `strconv.ParseBool: parsing "${raw}": invalid syntax`;
}

/** Go's strconv.ParseInt of 32 bits: no blanks, an optional sign. */
export function readInteger(build: ServiceBuild, suffix: string): number | undefined {
  const raw = readText(build, suffix);
  if (raw === undefined) return undefined;
  const isInteger = /^[+-]?\d+$/.test(raw);
  const value = Number(raw);
  if (isInteger && value >= -INT32_MAX - 1 && value <= INT32_MAX) return value;
  const reason = isInteger ? "value out of range" : "invalid syntax";
  reportAnnotation(build, suffix, `${failedToParse("int32", suffix, raw)}: strconv.ParseInt: parsing "${raw}": ${reason}`);
  return undefined;
}

/** `key=value` pieces at commas; `\,` is a comma inside a piece; a value may hold `=`. */
export function readMap(build: ServiceBuild, suffix: string): Record<string, string> | undefined {
  const raw = readText(build, suffix);
  if (raw === undefined) return undefined;
  const pieces = raw
    .split(/(?<!\\),/)
    .map((piece) => piece.replaceAll("\\,", ",").trim())
    .filter((piece) => piece !== "");
  if (pieces.some((piece) => piece.indexOf("=") < 1)) {
    reportAnnotation(build, suffix, failedToParse("stringMap", suffix, raw));
    return undefined;
  }
  return Object.fromEntries(
    pieces.map((piece) => {
      const equals = piece.indexOf("=");
      return [piece.slice(0, equals).trim(), piece.slice(equals + 1).trim()];
    }),
  );
}

function failedToParse(type: string, suffix: string, raw: string): string {
  return `failed to parse ${type} annotation, ${annotationKey(suffix)}: ${raw}`;
}

/** The annotation aws-load-balancer-additional-resource-tags over the flag default-tags, sorted. */
export function readTags(build: ServiceBuild): KeyValue[] {
  const suffix = "aws-load-balancer-additional-resource-tags";
  const tags = readMap(build, suffix) ?? {};
  const managed = Object.keys(tags).find((key) => build.flags.externalManagedTags.includes(key));
  if (managed !== undefined) reportAnnotation(build, suffix, `external managed tag key ${managed} cannot be specified on Service`);
  return toKeyValues({ ...build.flags.defaultTags, ...tags });
}
