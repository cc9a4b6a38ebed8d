// The law in its plainest form, for tests and benchmarks: shares no code with the compiled table, so that the two can only agree by being right.
import type { RuleCondition } from "@loopway/model";
import type { RequestView, RuleInput } from "./rule-input.ts";

/** The rule with the lowest priority number whose conditions all hold; of equal ones the first. Slow. */
export function matchLinear<R extends RuleInput>(rules: readonly R[], request: RequestView): R | undefined {
  let winner: R | undefined;
  for (const rule of rules) {
    if (winner !== undefined && rule.priority >= winner.priority) continue;
    if (rule.conditions.every((condition) => holds(condition, request))) winner = rule;
  }
  return winner;
}

function holds(condition: RuleCondition, request: RequestView): boolean {
  const { hostHeaderConfig, pathPatternConfig, httpHeaderConfig, httpRequestMethodConfig, queryStringConfig, sourceIPConfig } = condition;
  const fits = (patterns: readonly string[], flags: string, text: string) => patterns.some((one) => new RegExp(one, flags).test(text));
  if (hostHeaderConfig?.regexValues) return fits(hostHeaderConfig.regexValues, "i", request.host);
  if (pathPatternConfig?.regexValues) return fits(pathPatternConfig.regexValues, "", request.path);
  if (hostHeaderConfig?.values) return hostHeaderConfig.values.some((value) => covers(value.toLowerCase(), request.host));
  if (pathPatternConfig?.values) return pathPatternConfig.values.some((value) => covers(value, request.path));
  if (httpHeaderConfig) {
    const { httpHeaderName, values = [], regexValues = [] } = httpHeaderConfig;
    const sent = request.values.filter((_, index) => request.keys[index] === httpHeaderName.toLowerCase());
    if (sent.some((text) => fits(regexValues, "", text))) return true;
    return values.some((value) => sent.some((text) => covers(value.toLowerCase(), text.toLowerCase())));
  }
  if (httpRequestMethodConfig) return httpRequestMethodConfig.values.includes(request.method);
  if (queryStringConfig) {
    const sent = (request.query?.split("&") ?? []).map((text) => text.split("="));
    const one = (pattern: string, text: string) => expression(pattern, true).test(text);
    return queryStringConfig.values.some(({ key = "*", value }) =>
      sent.some(([sentKey = "", ...sentValue]) => one(key, sentKey) && one(value, sentValue.join("="))),
    );
  }
  return (sourceIPConfig?.values ?? []).some((value) => {
    const [network = "", length] = value.split("/");
    return bits(request.sourceIp).startsWith(bits(network).slice(0, 1 + Number(length)));
  });
}

function covers(pattern: string, text: string): boolean {
  return /[*?]/.test(pattern) ? expression(pattern, false).test(text) : pattern === text;
}

function expression(pattern: string, isQuery: boolean): RegExp {
  const source = pattern.replace(isQuery ? /\\[*?]|./gs : /./gs, (piece) => {
    if (piece === "*") return ".*";
    return piece === "?" ? "." : piece.slice(-1).replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
  });
  return new RegExp(`^${source}$`, isQuery ? "is" : "s");
}

/** The family, then every bit. */
function bits(address: string): string {
  if (!address.includes(":"))
    return `4${address
      .split(".")
      .map((byte) => Number(byte).toString(2).padStart(8, "0"))
      .join("")}`;
  const [head = [], tail = []] = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return `6${groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("")}`;
}
