// A request out of a box, and who of the listener's rules takes it.
import type { RuleCondition } from "@loopway/model";
import { compileRules, matchRule, type RequestView } from "@loopway/routing";
import type { ListenerView, RuleView } from "./group-view.ts";
import type { Found } from "./rule.ts";
import type { Box } from "./rule-region.ts";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { HTTP: 80, HTTPS: 443 };
/** TEST-NET-3 (RFC 5737): an address that nobody has. */
const ANYBODY = "203.0.113.7";

/** Undefined where a regular expression would have to be met, or where the request turns out to reach `rule`. */
export function findWitness(listener: ListenerView, rule: RuleView, box: Box): Found["witness"] {
  const request = requestIn(box);
  if (request === undefined) return undefined;
  const earlier = listener.rules.slice(0, listener.rules.indexOf(rule) + 1);
  const { table } = compileRules(
    earlier.map((view) => ({
      id: view.rule.metadata.name,
      priority: view.rule.spec.priority,
      conditions: view.rule.spec.conditions,
      view,
    })),
  );
  const takenBy = table.rules[matchRule(table, request)]?.view;
  if (takenBy === undefined || takenBy === rule) return undefined;
  const { method, keys, values, sourceIp } = request;
  return {
    method,
    url: urlOf(listener, request),
    headers: Object.fromEntries(keys.map((key, index) => [key, values[index] ?? ""])),
    ...(sourceIp === ANYBODY ? {} : { sourceIp }),
    takenBy: { object: takenBy.object, path: takenBy.path },
  };
}

/** The port only where the protocol does not say it. */
export function urlOf({ protocol, listenerPort }: ListenerView, { host, path, query }: RequestView): string {
  const port = DEFAULT_PORTS[protocol] === listenerPort ? "" : `:${listenerPort}`;
  return `${protocol.toLowerCase()}://${host}${port}${path}${query === undefined ? "" : `?${query}`}`;
}

/** Undefined where a regular expression would have to be met. */
export function requestIn({ host, path, others }: Box): RequestView | undefined {
  if (host.isRegex || path.isRegex) return undefined;
  const headers = others.flatMap(({ httpHeaderConfig: config }) =>
    config === undefined ? [] : [{ key: config.httpHeaderName.toLowerCase(), value: textOf(config.values?.[0]) }],
  );
  if (headers.some(({ value }) => value === undefined)) return undefined;
  const query = others.flatMap(({ queryStringConfig }) => parameterOf(queryStringConfig?.values[0])).join("&");
  return {
    host: host.text === "*" ? "any.example.com" : (textOf(host.text, "www") ?? ""),
    path: textOf(path.text, "") || "/",
    query: query === "" ? undefined : query,
    method: others.flatMap(({ httpRequestMethodConfig }) => httpRequestMethodConfig?.values[0] ?? [])[0] ?? "GET",
    keys: headers.map(({ key }) => key),
    values: headers.map(({ value }) => value ?? ""),
    sourceIp: others.flatMap(({ sourceIPConfig }) => sourceIPConfig?.values[0]?.split("/")[0] ?? [])[0] ?? ANYBODY,
  };
}

/** A text that the pattern covers. */
function textOf(pattern: string | undefined, forAny = "x"): string | undefined {
  return pattern?.replaceAll("*", forAny).replaceAll("?", "x");
}

type Parameter = NonNullable<RuleCondition["queryStringConfig"]>["values"][number];

function parameterOf(parameter: Parameter | undefined): string[] {
  return parameter === undefined ? [] : [`${textOf(parameter.key) ?? "any"}=${textOf(parameter.value)}`];
}
