/** Requests made from conditions, for what cannot be proven: each pattern is filled in, each regular expression turned into texts. */
import type { RuleCondition } from "@loopway/model";
import { plainValues, type RequestView, regexValues } from "@loopway/routing";
import { sampleRegex } from "./sample-regex.ts";

/** At most `limit` requests: those that are near, and with parts of them replaced by what the conditions speak of. */
export function sampleRequests(near: readonly RequestView[], conditions: readonly RuleCondition[], limit: number): RequestView[] {
  const hosts = textsOf(conditions, "host-header", (text) => /^[^\s/:]*$/.test(text)).map((text) => text.toLowerCase());
  const paths = textsOf(conditions, "path-pattern", (text) => /^\/[^\s?#]*$/.test(text));
  const headers = conditions.filter(({ field }) => field === "http-header");
  const requests: RequestView[] = [];
  for (const request of near)
    for (const host of new Set([request.host, ...hosts]))
      for (const path of new Set([request.path, ...paths]))
        for (const { keys, values } of headersOf(request, headers)) {
          if (requests.length >= limit) return requests;
          requests.push({ ...request, host, path, keys, values });
        }
  return requests;
}

/** What the patterns of one field could stand for. */
function textsOf(conditions: readonly RuleCondition[], field: RuleCondition["field"], isValid: (text: string) => boolean): string[] {
  const own = conditions.filter((condition) => condition.field === field);
  const filled = own.flatMap(plainValues).flatMap(fillGlob);
  const matched = own.flatMap(regexValues).flatMap(sampleRegex);
  // An expression fits anywhere in the text: a path may begin before it.
  const anywhere =
    field === "path-pattern" ? matched.flatMap((text) => [`/${text}`, `/x${text}`, `/x/${text}x`]) : matched.map((text) => `x${text}`);
  return [...new Set([...filled, ...matched, ...anywhere])].filter(isValid);
}

function fillGlob(pattern: string): string[] {
  return ["", "x", "x/y"].map((text) => pattern.replaceAll("*", text).replaceAll("?", "x"));
}

/** The request's own headers, and one more of each that is spoken of. */
function headersOf({ keys, values }: RequestView, conditions: readonly RuleCondition[]): Pick<RequestView, "keys" | "values">[] {
  const added = conditions.map((condition) => {
    const name = condition.httpHeaderConfig?.httpHeaderName.toLowerCase() ?? "";
    const texts = [...plainValues(condition).flatMap(fillGlob), ...regexValues(condition).flatMap(sampleRegex)];
    return texts.filter((text) => /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)).map((text) => ({ name, text }));
  });
  const single = added.flat().map(({ name, text }) => ({ keys: [...keys, name], values: [...values, text] }));
  const firsts = added.flatMap(([first]) => first ?? []);
  const together = { keys: [...keys, ...firsts.map(({ name }) => name)], values: [...values, ...firsts.map(({ text }) => text)] };
  return [{ keys, values }, ...single, ...(firsts.length > 1 ? [together] : [])];
}
