// conditions.<name>: further conditions of the rules whose backend has that name (pkg/ingress/config_types.go).
import type { RuleCondition } from "@loopway/model";
import type { AnnotationSources, Report } from "./annotations.ts";
import { type GoObject, readGoObjects } from "./go-json.ts";

type Field = RuleCondition["field"];
/** The condition, or what is wrong with it. */
type Built = RuleCondition | string;

const BUILDERS: Readonly<Record<Field, (condition: GoObject) => Built>> = {
  "host-header": (condition) => buildPatterns(condition, "host-header", "hostHeaderConfig"),
  "path-pattern": (condition) => buildPatterns(condition, "path-pattern", "pathPatternConfig"),
  "http-header": buildHeader,
  "http-request-method": (condition) => buildValues(condition, "http-request-method", "httpRequestMethodConfig"),
  "query-string": buildQuery,
  "source-ip": (condition) => buildValues(condition, "source-ip", "sourceIPConfig"),
};

/** What a condition may look at. */
export const CONDITION_FIELDS: readonly string[] = Object.keys(BUILDERS);

/** Undefined after a problem. A condition with an unknown field is dropped without a word, which makes the rule wider than meant. */
export function readConditions(name: string, sources: AnnotationSources, report: Report): RuleCondition[] | undefined {
  const objects = readGoObjects(`conditions.${name}`, sources, report);
  if (objects === "absent") return [];
  if (objects === "invalid") return undefined;
  const built = objects.flatMap((object) => {
    const field = object.text("field") ?? "";
    return isField(field) ? BUILDERS[field](object) : [];
  });
  const problem = built.find((condition) => typeof condition === "string");
  if (problem === undefined) return built.filter((condition) => typeof condition !== "string");
  report(problem);
  return undefined;
}

function isField(field: string): field is Field {
  return Object.hasOwn(BUILDERS, field);
}

function buildPatterns(condition: GoObject, field: "host-header" | "path-pattern", name: "hostHeaderConfig" | "pathPatternConfig"): Built {
  const config = condition.object(name);
  const problem = config === undefined ? `missing ${name}` : patternsProblem(config, name);
  return problem ?? { field, [name]: patternsOf(config) };
}

function buildHeader(condition: GoObject): Built {
  const config = condition.object("httpHeaderConfig");
  if (config === undefined) return "missing httpHeaderConfig";
  const httpHeaderName = config.text("httpHeaderName") ?? "";
  return (
    patternsProblem(config, "httpHeaderConfig") ?? { field: "http-header", httpHeaderConfig: { httpHeaderName, ...patternsOf(config) } }
  );
}

function patternsProblem(config: GoObject, name: string): string | undefined {
  const hasValues = config.texts("values").length > 0;
  const hasRegexValues = config.texts("regexValues").length > 0;
  if (!hasValues && !hasRegexValues) return `invalid ${name}: values or regexValues must be specified`;
  return hasValues && hasRegexValues ? `invalid ${name}: precisely one of values and regexValues can be specified` : undefined;
}

function patternsOf(config: GoObject | undefined): { values?: string[]; regexValues?: string[] } {
  const values = config?.texts("values") ?? [];
  const regexValues = config?.texts("regexValues") ?? [];
  return { ...(values.length === 0 ? {} : { values }), ...(regexValues.length === 0 ? {} : { regexValues }) };
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
