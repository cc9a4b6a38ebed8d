import { buildRequest } from "./build-request.ts";
import type { CaseReader } from "./case-reader.ts";
import type { CheckCase, CheckExpectation, CheckRequest, HeaderExpectation, HeaderField } from "./check-case.ts";

const testFields = ["name", "input", "expect"];
const inputFields = ["method", "url", "host", "path", "headers", "query", "sourceIp", "random", "port", "loadBalancer"];
const expectFields = ["service", "targetGroup", "rule", "status", "redirect", "headers", "host", "path", "weights"];
const headerMatches = ["exact", "prefix", "suffix", "contains"] as const;

export function parseOwnCase(test: CaseReader): Omit<CheckCase, "source"> {
  const name = test.text("name");
  const request = readInput(test.part("input"));
  const expect = readExpectation(test.part("expect"));
  test.refuseRest(testFields);
  return { name: name ?? `${request.method} ${request.host}${request.path}`, request, expect, unsupported: [] };
}

function readInput(input: CaseReader): CheckRequest {
  const request = buildRequest(
    {
      method: input.text("method"),
      url: input.text("url"),
      host: input.text("host"),
      path: input.text("path"),
      port: input.number("port"),
      sourceIp: input.text("sourceIp"),
      loadBalancer: input.text("loadBalancer"),
      query: readQuery(input),
      headers: readHeaders(input),
      random: { share: input.number("random") ?? 0 },
    },
    (reason, field) => input.report(reason, field),
  );
  input.refuseRest(inputFields);
  return request;
}

/** A mapping of names to values, or text as it goes behind the question mark. */
function readQuery(input: CaseReader): string | undefined {
  if (!input.has("query")) return undefined;
  if (typeof input.peek("query") !== "object") return input.text("query");
  const pairs = input.part("query").entries();
  return pairs.map(([key, value]) => (value === null ? key : `${key}=${value}`)).join("&");
}

/** A repeated header is a list. */
function readHeaders(input: CaseReader): HeaderField[] {
  return input
    .part("headers")
    .entries()
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: String(one) })));
}

function readExpectation(expect: CaseReader): CheckExpectation {
  const service = expect.text("service");
  const targetGroup = expect.text("targetGroup");
  const rule = expect.text("rule");
  const status = expect.number("status");
  const redirect = expect.text("redirect");
  const host = expect.text("host");
  const path = expect.text("path");
  const headers = expect.has("headers") ? readHeaderExpectations(expect.part("headers")) : undefined;
  const weights = expect.has("weights") ? readWeights(expect.part("weights")) : undefined;
  expect.refuseRest(expectFields);
  return {
    ...(service !== undefined && { service }),
    ...(targetGroup !== undefined && { targetGroup }),
    ...(rule !== undefined && { rule: /^\d+$/.test(rule) ? Number(rule) : rule }),
    ...(status !== undefined && { status }),
    ...(redirect !== undefined && { redirect }),
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
    ...(headers !== undefined && { headers }),
    ...(weights !== undefined && { weights }),
  };
}

/** `Name: text` is the whole value, `Name: null` absence, `Name: {prefix: text}` a part. */
function readHeaderExpectations(headers: CaseReader): HeaderExpectation[] {
  return headers.entries().map(([name, value]) => {
    if (value === null) return { name, match: "absent", value: "", isInverted: false };
    if (typeof value !== "object") return { name, match: "exact", value: String(value), isInverted: false };
    const part = headers.part(name);
    const match = headerMatches.find((one) => part.has(one)) ?? "present";
    const text = match === "present" ? "" : (part.text(match) ?? "");
    part.flag("present");
    part.refuseRest([...headerMatches, "present"]);
    return { name, match, value: text, isInverted: false };
  });
}

function readWeights(weights: CaseReader): Record<string, number> {
  return Object.fromEntries(weights.entries().map(([service]) => [service, weights.number(service) ?? 0]));
}
