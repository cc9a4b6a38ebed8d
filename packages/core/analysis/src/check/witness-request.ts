/**
 * A request that one rule takes, built from the rule's own patterns: wildcards are filled in, first with nothing, then with something that no
 * other pattern is likely to name. Whatever is built is tried against the whole table; a filling that an earlier rule takes is given up.
 */
import type { RuleCondition } from "@loopway/model";
import { matchLinear, type RequestView, type RuleTable } from "@loopway/routing";
import { sampleRegex } from "../diff/sample-regex.ts";
import { SOMEBODY } from "./check-case.ts";

/** For `*`; for `?` its first character, or x. */
const fillings = ["", "x", "loopway", "x/y"];
/** Requests tried per rule: a rule has five values at most, most have one or two. */
const MAX_TRIES = 400;
const ANY_HOST = "example.com";

type Choices = { [Part in "host" | "path" | "method" | "sourceIp"]: string[] } & {
  headers: { key: string; values: string[] }[];
  query: string[][];
};

/** Undefined where nothing of what was tried reaches the rule: the rules before it take everything, or a pattern could not be filled. */
export function witnessOf(table: RuleTable, rank: number): RequestView | undefined {
  const rule = table.rules[rank];
  if (rule === undefined) return undefined;
  const before = table.rules.slice(0, rank + 1);
  let tries = 0;
  for (const request of requestsFor(rule.conditions)) {
    if (matchLinear(before, request) === rule) return request;
    tries += 1;
    if (tries >= MAX_TRIES) return undefined;
  }
  return undefined;
}

function* requestsFor(conditions: readonly RuleCondition[]): Generator<RequestView> {
  const choices = choicesOf(conditions);
  for (const query of product(choices.query))
    for (const values of product(choices.headers.map((header) => header.values)))
      for (const sourceIp of choices.sourceIp)
        for (const method of choices.method)
          for (const host of choices.host)
            for (const path of choices.path)
              yield {
                host: host.toLowerCase(),
                path,
                query: query.length === 0 ? undefined : query.join("&"),
                method,
                sourceIp,
                keys: choices.headers.map(({ key }) => key),
                values,
              };
}

function choicesOf(conditions: readonly RuleCondition[]): Choices {
  const choices: Choices = { host: [ANY_HOST], path: ["/", "/x"], method: ["GET"], sourceIp: [SOMEBODY], headers: [], query: [] };
  for (const condition of conditions) {
    const { hostHeaderConfig, pathPatternConfig, httpHeaderConfig, httpRequestMethodConfig, queryStringConfig, sourceIPConfig } = condition;
    if (hostHeaderConfig !== undefined) choices.host = textsOf(hostHeaderConfig);
    if (pathPatternConfig !== undefined)
      choices.path = textsOf(pathPatternConfig).map((path) => (path.startsWith("/") ? path : `/${path}`));
    if (httpHeaderConfig !== undefined)
      choices.headers.push({ key: httpHeaderConfig.httpHeaderName.toLowerCase(), values: textsOf(httpHeaderConfig) });
    if (httpRequestMethodConfig !== undefined) choices.method = httpRequestMethodConfig.values;
    if (sourceIPConfig !== undefined) choices.sourceIp = sourceIPConfig.values.map((network) => network.split("/")[0] ?? network);
    if (queryStringConfig !== undefined)
      choices.query.push(
        queryStringConfig.values.flatMap(({ key, value }) =>
          fillingsOf(value, true).map((text) => `${key === undefined ? "q" : fill(key, "x", true)}=${text}`),
        ),
      );
  }
  return choices;
}

function textsOf({ values = [], regexValues = [] }: { values?: readonly string[]; regexValues?: readonly string[] }): string[] {
  return [...values.flatMap((pattern) => fillingsOf(pattern, false)), ...regexValues.flatMap((pattern) => sampleRegex(pattern))];
}

function fillingsOf(pattern: string, escapes: boolean): string[] {
  return [...new Set(fillings.map((filling) => fill(pattern, filling, escapes)))];
}

function fill(pattern: string, filling: string, escapes: boolean): string {
  return pattern.replace(escapes ? /\\[*?]|[*?]/g : /[*?]/g, (sign) => {
    if (sign === "*") return filling;
    return sign === "?" ? (filling[0] ?? "x") : sign.slice(1);
  });
}

/** Every choice of one of each list; one empty choice of none. */
function* product(lists: readonly (readonly string[])[]): Generator<string[]> {
  const [first, ...others] = lists;
  if (first === undefined) yield [];
  else for (const one of first) for (const rest of product(others)) yield [one, ...rest];
}
