/** Whether what a test expects is what there is. An expectation may be short: what it leaves out is not compared. */
import type { Answer } from "../diff/answer.ts";
import type { AnsweredRequest } from "./answer-request.ts";
import type { HeaderExpectation } from "./check-case.ts";

/** Two shares that are written in whole percents. */
const SHARE_TOLERANCE = 0.005;

/** "orders" fits "default/orders:8080"; "" fits nothing but the absence of a Service. */
export function isService(expected: string, actual: string | undefined): boolean {
  if (actual === undefined || expected === "") return expected === (actual ?? "");
  const name = expected.includes("/") ? actual : actual.slice(actual.indexOf("/") + 1);
  return expected === (expected.includes(":") ? name : name.slice(0, name.lastIndexOf(":")));
}

/** A priority, "default", the name of the Rule, or of the Ingress that made it, with or without namespace. */
export function isRule(expected: number | string, { rule }: AnsweredRequest): boolean {
  const { priority, origin } = rule.decision;
  if (expected === priority || expected === rule.id) return true;
  return origin !== undefined && (expected === origin.name || expected === `${origin.namespace}/${origin.name}`);
}

/** The port of the protocol may be left out; what begins with a slash is compared with the path and query alone. */
export function isLocation(expected: string, actual: string | undefined): boolean {
  if (actual === undefined) return expected === "";
  if (expected.startsWith("/")) return actual.replace(/^[a-z]+:\/\/[^/]*/, "") === expected;
  return withoutDefaultPort(expected) === withoutDefaultPort(actual);
}

function withoutDefaultPort(url: string): string {
  return url.replace(/^(http:\/\/[^/?]*):80(?=[/?]|$)/, "$1").replace(/^(https:\/\/[^/?]*):443(?=[/?]|$)/, "$1");
}

/** Shares in any unit; a Service that is not named has none. */
export function hasWeights(expected: Readonly<Record<string, number>>, { routing }: Answer): boolean {
  if (routing.kind !== "forward") return false;
  const entries = Object.entries(expected);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  const areKnown = entries.every(([name]) => routing.backends.some(({ service }) => isService(name, service)));
  return (
    areKnown &&
    routing.backends.every(({ service, share }) => {
      const weight = entries.find(([name]) => isService(name, service))?.[1] ?? 0;
      return Math.abs(share / 1000 - (total === 0 ? 0 : weight / total)) < SHARE_TOLERANCE;
    })
  );
}

/** @param values all that a header of this name has */
export function hasHeader({ match, value, isInverted }: HeaderExpectation, values: readonly string[]): boolean {
  const fits = {
    exact: (sent: string) => sent === value,
    prefix: (sent: string) => sent.startsWith(value),
    suffix: (sent: string) => sent.endsWith(value),
    contains: (sent: string) => sent.includes(value),
    present: () => true,
    absent: () => false,
  }[match];
  const holds = match === "absent" ? values.length === 0 : values.some(fits);
  return holds !== isInverted;
}
