// service.beta.kubernetes.io/* of a Service. A value that does not parse is reported, and then counts as absent.
import { formatPointer, type KeyValue } from "@loopway/model";
import { type Parsed, parseBooleanValue, parseIntegerValue, parseList, parseMapValue } from "../annotation-value.ts";
import { withDefaultTags } from "../load-balancer/tags.ts";
import { report, type ServiceBuild } from "./service-build.ts";

const PREFIX = "service.beta.kubernetes.io/";

export function annotationKey(suffix: string): string {
  return PREFIX + suffix;
}

export function reportAnnotation(build: ServiceBuild, suffix: string, message: string): void {
  report(build, formatPointer("metadata", "annotations", annotationKey(suffix)), message);
}

export function readText({ service }: Pick<ServiceBuild, "service">, suffix: string): string | undefined {
  return service.metadata.annotations?.[annotationKey(suffix)];
}

export function readList(build: Pick<ServiceBuild, "service">, suffix: string): string[] | undefined {
  const raw = readText(build, suffix);
  return raw === undefined ? undefined : parseList(raw);
}

export function readBoolean(build: ServiceBuild, suffix: string): boolean | undefined {
  return readWith(parseBooleanValue, build, suffix);
}

export function readInteger(build: ServiceBuild, suffix: string): number | undefined {
  return readWith(parseIntegerValue, build, suffix);
}

export function readMap(build: ServiceBuild, suffix: string): Record<string, string> | undefined {
  return readWith(parseMapValue, build, suffix);
}

function readWith<T>(parse: (key: string, raw: string) => Parsed<T>, build: ServiceBuild, suffix: string): T | undefined {
  const raw = readText(build, suffix);
  if (raw === undefined) return undefined;
  const parsed = parse(annotationKey(suffix), raw);
  if ("value" in parsed) return parsed.value;
  reportAnnotation(build, suffix, parsed.error);
  return undefined;
}

/** The annotation aws-load-balancer-additional-resource-tags with the flag default-tags. */
export function readTags(build: ServiceBuild): KeyValue[] {
  const suffix = "aws-load-balancer-additional-resource-tags";
  const tags = readMap(build, suffix) ?? {};
  const managed = Object.keys(tags).find((key) => build.flags.externalManagedTags.includes(key));
  if (managed !== undefined) reportAnnotation(build, suffix, `external managed tag key ${managed} cannot be specified on Service`);
  return withDefaultTags(build.flags, tags);
}
