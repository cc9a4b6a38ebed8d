// One rule condition by itself: what is wrong with it, its compiled form, and whether a request meets it.
// Source of the semantics: elbv2 RuleCondition and the ALB user guide, "Rule condition types".
import type { RuleCondition } from "@loopway/model";
import { type Glob, globMatches, parseGlob } from "./glob.ts";
import { type IpNetwork, networkContains, parseIp, parseNetwork } from "./ip-network.ts";
import { type CompileRegex, type Regex, regexValues } from "./regex.ts";
import type { RequestView } from "./rule-input.ts";

export type CompiledCondition =
  | { field: "host-header" | "path-pattern"; globs: readonly Glob[]; regexes: readonly Regex[] }
  | { field: "http-header"; key: string; globs: readonly Glob[]; regexes: readonly Regex[] }
  | { field: "http-request-method"; methods: readonly string[] }
  | { field: "query-string"; parameters: readonly { key: Glob | undefined; value: Glob }[] }
  | { field: "source-ip"; networks: readonly IpNetwork[] };

/** elbv2 HostHeaderConditionConfig, PathPatternConditionConfig, HttpHeaderConditionConfig. */
const MAX_REGEX_LENGTH = 128;

/** Why the condition cannot be compiled, as a sentence without subject; undefined when it can. */
export function conditionProblem(condition: RuleCondition, compileRegex: CompileRegex | undefined): string | undefined {
  const regexes = regexValues(condition);
  const values = condition.field === "query-string" ? (condition.queryStringConfig?.values ?? []) : plainValues(condition);
  if (regexes.length > 0 && values.length > 0) return "takes values or regexValues, not both";
  if (regexes.length > 0) return regexes.map((pattern) => regexProblem(pattern, compileRegex)).find((reason) => reason !== undefined);
  if (values.length === 0) return "has no values";
  const badNetwork = condition.sourceIPConfig?.values.find((value) => parseNetwork(value) === undefined);
  return badNetwork === undefined ? undefined : `${badNetwork} is not a CIDR block`;
}

function regexProblem(pattern: string, compileRegex: CompileRegex | undefined): string | undefined {
  if (compileRegex === undefined) return "regexValues need the engine for regular expressions";
  if (pattern.length > MAX_REGEX_LENGTH) return `${pattern} is longer than ${MAX_REGEX_LENGTH} characters`;
  const compiled = compileRegex(pattern);
  return typeof compiled === "string" ? compiled : undefined;
}

/** The values of every kind of condition but query-string, whose values are pairs. */
export function plainValues(condition: RuleCondition): readonly string[] {
  switch (condition.field) {
    case "host-header":
      return condition.hostHeaderConfig?.values ?? [];
    case "path-pattern":
      return condition.pathPatternConfig?.values ?? [];
    case "http-header":
      return condition.httpHeaderConfig?.values ?? [];
    case "http-request-method":
      return condition.httpRequestMethodConfig?.values ?? [];
    case "source-ip":
      return condition.sourceIPConfig?.values ?? [];
    case "query-string":
      return [];
  }
}

/** @param condition one without problem */
export function compileCondition(condition: RuleCondition, compileRegex: CompileRegex | undefined): CompiledCondition {
  const { field } = condition;
  const values = plainValues(condition);
  const regexes = (ignoresCase: boolean) =>
    regexValues(condition)
      .map((pattern) => compileRegex?.(pattern, { ignoresCase }))
      .filter((compiled) => typeof compiled === "object");
  switch (field) {
    case "path-pattern":
      return { field, globs: values.map((value) => parseGlob(value)), regexes: regexes(false) };
    case "host-header":
      return { field, globs: values.map((value) => parseGlob(value.toLowerCase())), regexes: regexes(true) };
    case "http-header": {
      const key = condition.httpHeaderConfig?.httpHeaderName.toLowerCase() ?? "";
      return { field, key, globs: values.map((value) => parseGlob(value.toLowerCase())), regexes: regexes(false) };
    }
    case "http-request-method":
      return { field, methods: values };
    case "source-ip":
      return { field, networks: values.map(parseNetwork).filter((network) => network !== undefined) };
    case "query-string": {
      const fold = (pattern: string) => parseGlob(pattern.toLowerCase(), true);
      const pairs = condition.queryStringConfig?.values ?? [];
      return { field, parameters: pairs.map(({ key, value }) => ({ key: key === undefined ? undefined : fold(key), value: fold(value) })) };
    }
  }
}

/** @param guards of one rule; all must hold */
export function guardsHold(guards: readonly CompiledCondition[] | undefined, request: RequestView): boolean {
  return guards === undefined || guards.every((guard) => conditionHolds(guard, request));
}

/** One value that fits is enough. */
export function conditionHolds(condition: CompiledCondition, request: RequestView): boolean {
  switch (condition.field) {
    case "host-header":
      return coversText(condition, request.host);
    case "path-pattern":
      return coversText(condition, request.path);
    case "http-header":
      return headerHolds(condition, request);
    case "http-request-method":
      return condition.methods.includes(request.method);
    case "query-string":
      return queryHolds(condition, request.query);
    case "source-ip": {
      const address = parseIp(request.sourceIp);
      return address !== undefined && condition.networks.some((network) => networkContains(network, address));
    }
  }
}

function coversText({ globs, regexes }: CompiledCondition & { field: "host-header" | "path-pattern" }, text: string): boolean {
  return globs.some((glob) => globMatches(glob, text, 0)) || regexes.some((regex) => regex.test(text));
}

/** Every occurrence of the header is searched, in order (elbv2 HttpHeaderConditionConfig). */
function headerHolds({ key, globs, regexes }: CompiledCondition & { field: "http-header" }, { keys, values }: RequestView): boolean {
  for (let at = keys.indexOf(key); at >= 0; at = keys.indexOf(key, at + 1)) {
    const sent = values[at] ?? "";
    for (const regex of regexes) if (regex.test(sent)) return true;
    if (globs.length === 0) continue;
    const value = sent.toLowerCase();
    for (const glob of globs) if (globMatches(glob, value, 0)) return true;
  }
  return false;
}

/** Parameters are compared as sent: AWS does not say that it decodes them. */
function queryHolds({ parameters }: CompiledCondition & { field: "query-string" }, query: string | undefined): boolean {
  if (query === undefined) return false;
  for (const sent of query.toLowerCase().split("&")) {
    const equals = sent.indexOf("=");
    const sentKey = equals < 0 ? sent : sent.slice(0, equals);
    const sentValue = equals < 0 ? "" : sent.slice(equals + 1);
    for (const { key, value } of parameters)
      if ((key === undefined || globMatches(key, sentKey, 0)) && globMatches(value, sentValue, 0)) return true;
  }
  return false;
}
