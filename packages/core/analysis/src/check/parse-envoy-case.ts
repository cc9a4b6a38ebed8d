/** One test of Envoy's router_check_tool: source validation.proto, the present field names and those it has deprecated. */
import { buildRequest } from "./build-request.ts";
import type { CaseReader } from "./case-reader.ts";
import type { CheckCase, CheckExpectation, CheckRequest, HeaderExpectation } from "./check-case.ts";

/** Lists of header matches, by the side they speak of; the second name of each is the deprecated one. */
const requestMatches = "request_header_matches";
const requestFields = ["header_fields", "request_header_fields"];
const stringMatches = ["exact", "prefix", "suffix", "contains"] as const;

export function parseEnvoyCase(test: CaseReader): Omit<CheckCase, "source"> {
  const unsupported: string[] = [];
  const name = test.text("test_name") ?? "";
  const request = readInput(test.part("input"), unsupported);
  const expect = readValidation(test.part("validate"), unsupported);
  return { name, request, expect, unsupported };
}

function readInput(input: CaseReader, unsupported: string[]): CheckRequest {
  const text = (field: string) => input.text(field) ?? input.text(`:${field}`);
  if (input.flag("internal")) unsupported.push("input.internal");
  const lists = ["additional_request_headers", "additional_headers"].flatMap((list) => input.parts(list));
  const headers = lists.map((header) => ({
    name: header.text("key") ?? header.text("field") ?? header.text("name") ?? "",
    value: header.text("value") ?? "",
  }));
  const request = buildRequest(
    {
      method: text("method"),
      host: text("authority"),
      path: text("path"),
      isTls: input.flag("ssl"),
      headers,
      random: { envoyValue: input.number("random_value") ?? 0 },
    },
    (reason, field) => input.report(reason, field === "host" ? "authority" : field),
  );
  unsupported.push(...input.rest().map((field) => `input.${field}`));
  return request;
}

function readValidation(validate: CaseReader, unsupported: string[]): CheckExpectation {
  const cluster = validate.text("cluster_name");
  const host = validate.text("host_rewrite");
  const path = validate.text("path_rewrite");
  const redirect = validate.text("path_redirect");
  const status = validate.number("code_redirect");
  const headers = [
    ...validate.parts(requestMatches).flatMap((match) => readHeaderMatch(match, unsupported) ?? []),
    ...requestFields.flatMap((list) => validate.parts(list)).map(readHeaderField),
  ].filter(({ name }) => !name.startsWith(":"));
  unsupported.push(...validate.rest().map((field) => `validate.${field}`));
  return {
    ...(cluster !== undefined && { cluster }),
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
    ...(redirect !== undefined && { redirect }),
    ...(status !== undefined && { status }),
    ...(headers.length > 0 && { headers }),
  };
}

/** envoy.config.route.v3.HeaderMatcher */
function readHeaderMatch(matcher: CaseReader, unsupported: string[]): HeaderExpectation | undefined {
  const name = matcher.text("name") ?? "";
  const isInverted = matcher.flag("invert_match");
  const nested = matcher.part("string_match");
  for (const match of stringMatches) {
    const value = nested.text(match) ?? matcher.text(`${match}_match`);
    if (value !== undefined) return { name, match, value, isInverted };
  }
  if (matcher.has("present_match")) {
    const match = matcher.flag("present_match") ? "present" : "absent";
    return { name, match, value: "", isInverted };
  }
  const others = [...matcher.rest(), ...nested.rest()];
  unsupported.push(...others.map((field) => `${requestMatches}.${field} of ${name}`));
  return others.length > 0 ? undefined : { name, match: "present", value: "", isInverted };
}

function readHeaderField(header: CaseReader): HeaderExpectation {
  const name = header.text("key") ?? header.text("field") ?? "";
  return { name, match: "exact", value: header.text("value") ?? "", isInverted: false };
}
