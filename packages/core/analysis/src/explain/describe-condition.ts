import type { RuleCondition } from "@loopway/model";

/** "host is one of api.example.com, *.example.org": what a request must have. */
export function describeCondition(condition: RuleCondition): string {
  const { hostHeaderConfig, pathPatternConfig, httpHeaderConfig, httpRequestMethodConfig, queryStringConfig, sourceIPConfig } = condition;
  switch (condition.field) {
    case "host-header":
      return `host is ${oneOf(hostHeaderConfig)}`;
    case "path-pattern":
      return `path is ${oneOf(pathPatternConfig)}`;
    case "http-header":
      return `header ${httpHeaderConfig?.httpHeaderName} is ${oneOf(httpHeaderConfig)}`;
    case "http-request-method":
      return `method is ${oneOf(httpRequestMethodConfig)}`;
    case "query-string": {
      const values = queryStringConfig?.values.map(({ key, value }) => (key === undefined ? value : `${key}=${value}`));
      return `query has ${oneOf({ values })}`;
    }
    case "source-ip":
      return `client is in ${oneOf(sourceIPConfig)}`;
  }
}

function oneOf({ values = [], regexValues = [] }: { values?: string[] | undefined; regexValues?: string[] } = {}): string {
  const all = [...values, ...regexValues.map((pattern) => `~ ${pattern}`)];
  return all.length === 1 ? (all[0] ?? "") : `one of ${all.join(", ")}`;
}
