import type { RuleCondition } from "@loopway/model";
import type { RequestView, RuleInput } from "@loopway/routing";

type Predicate = (request: RequestView) => boolean;

/** The matcher that everybody writes first: rules in order, a regular expression per pattern, the first whose predicates all hold. */
export function compileRegExpList(rules: readonly RuleInput[]): (request: RequestView) => number {
  const list = rules.map(({ conditions }) => conditions.map(compilePredicate));
  return (request) => list.findIndex((predicates) => predicates.every((holds) => holds(request)));
}

function compilePredicate(condition: RuleCondition): Predicate {
  const { hostHeaderConfig, pathPatternConfig, httpHeaderConfig, httpRequestMethodConfig, queryStringConfig, sourceIPConfig } = condition;
  if (hostHeaderConfig) {
    const hosts = expressionOf(hostHeaderConfig.values ?? [], "i");
    return ({ host }) => hosts.test(host);
  }
  if (pathPatternConfig) {
    const paths = expressionOf(pathPatternConfig.values ?? [], "");
    return ({ path }) => paths.test(path);
  }
  if (httpHeaderConfig) {
    const name = httpHeaderConfig.httpHeaderName.toLowerCase();
    const values = expressionOf(httpHeaderConfig.values ?? [], "i");
    return (request) => request.keys.some((key, index) => key === name && values.test(request.values[index] ?? ""));
  }
  if (httpRequestMethodConfig) return ({ method }) => httpRequestMethodConfig.values.includes(method);
  if (queryStringConfig) {
    const parameters = expressionOf(
      queryStringConfig.values.map(({ key = "*", value }) => `${key}=${value}`),
      "i",
    );
    return ({ query }) => query?.split("&").some((parameter) => parameters.test(parameter)) === true;
  }
  if (sourceIPConfig) {
    const prefixes = sourceIPConfig.values.map(prefixOf);
    return ({ sourceIp }) => prefixes.some((prefix) => sourceIp.startsWith(prefix));
  }
  throw new Error(`the list knows no ${condition.field} conditions`);
}

/** IPv4 blocks that end at a dot are prefixes of text: all that the loads ask for. */
function prefixOf(block: string): string {
  const [address = "", length = ""] = block.split("/");
  return `${address
    .split(".")
    .slice(0, Number(length) / 8)
    .join(".")}.`;
}

function expressionOf(patterns: readonly string[], flags: string): RegExp {
  const sources = patterns.map((pattern) =>
    pattern
      .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", "."),
  );
  return new RegExp(`^(?:${sources.join("|")})$`, flags);
}
