import type { RuleCondition } from "@loopway/model";
import type { RequestView } from "../src/rule-input.ts";

/** GET http://api.example.com/ from 10.0.0.1, with these differences. */
export function requestOf(differences: Partial<RequestView> & { headers?: [string, string][] }): RequestView {
  const { headers = [], ...rest } = differences;
  return {
    host: "api.example.com",
    path: "/",
    query: undefined,
    method: "GET",
    sourceIp: "10.0.0.1",
    keys: headers.map(([key]) => key),
    values: headers.map(([, value]) => value),
    ...rest,
  };
}

export function hosts(...values: string[]): RuleCondition {
  return { field: "host-header", hostHeaderConfig: { values } };
}

export function paths(...values: string[]): RuleCondition {
  return { field: "path-pattern", pathPatternConfig: { values } };
}

export function header(httpHeaderName: string, ...values: string[]): RuleCondition {
  return { field: "http-header", httpHeaderConfig: { httpHeaderName, values } };
}

export function methods(...values: string[]): RuleCondition {
  return { field: "http-request-method", httpRequestMethodConfig: { values } };
}

export function query(...values: { key?: string; value: string }[]): RuleCondition {
  return { field: "query-string", queryStringConfig: { values } };
}

export function sources(...values: string[]): RuleCondition {
  return { field: "source-ip", sourceIPConfig: { values } };
}
