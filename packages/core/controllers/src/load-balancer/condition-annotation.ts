// conditions.<name>: further conditions of the rules whose backend has that name (pkg/ingress/config_types.go).
import type { RuleCondition } from "@loopway/model";
import type { AnnotationSources, Report } from "./annotations.ts";
import { type GoObject, readGoObjects } from "./go-json.ts";

type Field = RuleCondition["field"];
/** The condition, or what is wrong with it. */
type Built = RuleCondition | string;

const BUILDERS: Readonly<Record<Field, (condition: GoObject, acceptsRegex: boolean) => Built>> = {
  "host-header": (condition, acceptsRegex) => buildPatterns(readPatterns(condition, "hostHeaderConfig", acceptsRegex), "host-header"),
  "path-pattern": (condition, acceptsRegex) => buildPatterns(readPatterns(condition, "pathPatternConfig", acceptsRegex), "path-pattern"),
  "http-header": buildHeader,
  "http-request-method": (condition) => buildValues(condition, "http-request-method", "httpRequestMethodConfig"),
  "query-string": buildQuery,
  "source-ip": (condition) => buildValues(condition, "source-ip", "sourceIPConfig"),
};

export interface ConditionSource {
  /** Of the backend. */
  name: string;
  /** Whether the controller's version reads regexValues; an older one drops them. */
  acceptsRegex?: boolean;
}

/** Undefined after a problem. A condition with an unknown field is dropped without a word, which makes the rule wider than meant. */
export function readConditions(
  { name, acceptsRegex = true }: ConditionSource,
  sources: AnnotationSources,
  report: Report,
): RuleCondition[] | undefined {
  const built = readGoObjects({ suffix: `conditions.${name}`, type: "ingress.RuleCondition", sources }, report, (objects) =>
    objects.flatMap((object) => {
      const field = object.text("field") ?? "";
      return isField(field) ? BUILDERS[field](object, acceptsRegex) : [];
    }),
  );
  if (built === "absent") return [];
  if (built === "invalid") return undefined;
  const problem = built.find((condition) => typeof condition === "string");
  if (problem === undefined) return built.filter((condition) => typeof condition !== "string");
  report(problem);
  return undefined;
}

function isField(field: string): field is Field {
  return Object.hasOwn(BUILDERS, field);
}

type PatternsName = "hostHeaderConfig" | "pathPatternConfig" | "httpHeaderConfig";

interface ReadPatterns {
  name: PatternsName;
  config: GoObject | undefined;
  patterns: { values?: string[]; regexValues?: string[] };
  acceptsRegex: boolean;
}

function readPatterns(condition: GoObject, name: PatternsName, acceptsRegex: boolean): ReadPatterns {
  const config = condition.object(name);
  const values = config?.texts("values") ?? [];
  const regexValues = acceptsRegex ? (config?.texts("regexValues") ?? []) : [];
  const patterns = { ...(values.length === 0 ? {} : { values }), ...(regexValues.length === 0 ? {} : { regexValues }) };
  return { name, config, patterns, acceptsRegex };
}

function buildPatterns(read: ReadPatterns, field: "host-header" | "path-pattern"): Built {
  return patternsProblem(read) ?? { field, [read.name]: read.patterns };
}

function buildHeader(condition: GoObject, acceptsRegex: boolean): Built {
  const read = readPatterns(condition, "httpHeaderConfig", acceptsRegex);
  const httpHeaderName = read.config?.text("httpHeaderName") ?? "";
  return patternsProblem(read) ?? { field: "http-header", httpHeaderConfig: { httpHeaderName, ...read.patterns } };
}

function patternsProblem({ name, config, patterns: { values, regexValues }, acceptsRegex }: ReadPatterns): string | undefined {
  if (config === undefined) return `missing ${name}`;
  const none = acceptsRegex ? "values or regexValues must be specified" : "values cannot be empty";
  if (values === undefined && regexValues === undefined) return `invalid ${name}: ${none}`;
  return values !== undefined && regexValues !== undefined
    ? `invalid ${name}: precisely one of values and regexValues can be specified`
    : undefined;
}

function buildValues(
  condition: GoObject,
  field: "http-request-method" | "source-ip",
  name: "httpRequestMethodConfig" | "sourceIPConfig",
): Built {
  const config = condition.object(name);
  if (config === undefined) return `missing ${name}`;
  const values = config.texts("values");
  return values.length === 0 ? `invalid ${name}: values cannot be empty` : { field, [name]: { values } };
}

function buildQuery(condition: GoObject): Built {
  const config = condition.object("queryStringConfig");
  if (config === undefined) return "missing queryStringConfig";
  const pairs = config.objects("values").map((pair) => {
    const key = pair.text("key");
    return { ...(key === undefined ? {} : { key }), value: pair.text("value") ?? "" };
  });
  if (pairs.length === 0) return "invalid queryStringConfig: Values cannot be empty";
  if (pairs.some(({ value }) => value === "")) return "invalid queryStringConfig: value cannot be empty";
  return { field: "query-string", queryStringConfig: { values: pairs } };
}
