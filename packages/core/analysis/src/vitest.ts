/**
 * Matchers for vitest, and for every runner whose `expect.extend` is alike. Nothing of a runner is imported:
 *
 *     expect.extend(routingMatchers);
 *
 * The README has a whole example, with the declaration that gives `expect(settled)` their types.
 */
import { explain } from "./explain/explain.ts";
import type { ExplainRequest, Explanation, Visit } from "./explain/explanation.ts";
import type { Settled } from "./settled.ts";

/** "GET https://shop.example.com/cart", the method only where it is not GET; or the request in full. */
export type AskedRequest = string | ExplainRequest;

export interface RoutingMatchers<R = unknown> {
  /** Some pod of the Service ("namespace/name:servicePort") takes the request, after redirects. With weights: any share above zero. */
  toRouteTo(request: AskedRequest, backend: string): R;
  /** The load balancer itself answers with this status. */
  toAnswer(request: AskedRequest, status: number): R;
  /** The first answer is a redirect to this URL. */
  toRedirectTo(request: AskedRequest, location: string): R;
}

interface MatcherResult {
  pass: boolean;
  message: () => string;
}

/** For `expect(settled)`. */
export const routingMatchers = {
  toRouteTo(settled: Settled, request: AskedRequest, backend: string): MatcherResult {
    const explanation = ask(settled, request);
    const reached = explanation.outcome.kind === "reached" ? backendsOf(explanation.visits) : [];
    return result(reached.includes(backend), explanation, `go to ${backend}`);
  },
  toAnswer(settled: Settled, request: AskedRequest, status: number): MatcherResult {
    const explanation = ask(settled, request);
    const { outcome } = explanation;
    return result(outcome.kind !== "reached" && outcome.status === status, explanation, `be answered ${status}`);
  },
  toRedirectTo(settled: Settled, request: AskedRequest, location: string): MatcherResult {
    const explanation = ask(settled, request);
    const response = explanation.visits[0]?.response;
    return result(response?.kind === "redirect" && response.location === location, explanation, `be redirected to ${location}`);
  },
};

function ask(settled: Settled, request: AskedRequest): Explanation {
  if (typeof request !== "string") return explain(settled, request);
  const [first = "", second] = request.split(" ");
  return explain(settled, second === undefined ? { method: "GET", url: first } : { method: first, url: second });
}

/** Of the last visit: "namespace/name:servicePort". */
function backendsOf(visits: readonly Visit[]): string[] {
  const response = visits.at(-1)?.response;
  if (response?.kind !== "forward") return [];
  return response.backends.flatMap(({ share, service, failure }) =>
    share > 0 && failure === undefined && service !== undefined ? [`${service.name}:${service.servicePort}`] : [],
  );
}

function result(pass: boolean, explanation: Explanation, wanted: string): MatcherResult {
  const { request } = explanation;
  return {
    pass,
    message: () => [`expected ${request.method} ${request.url} ${pass ? "not to" : "to"} ${wanted}`, ...toldOf(explanation)].join("\n"),
  };
}

/** What became of it, a line for each visit: where it went, by which rule, in which file. */
function toldOf({ visits, outcome }: Explanation): string[] {
  const ending = outcome.kind === "reached" ? [] : [`  ${outcome.reason}`];
  return [...visits.map((visit) => `  ${visit.url}: ${answerOf(visit)}${ruleOf(visit)}`), ...ending];
}

function answerOf(visit: Visit): string {
  const { response, failure } = visit;
  if (response === undefined) return failure ?? "no answer";
  switch (response.kind) {
    case "forward":
      return `goes to ${backendsOf([visit]).join(", ") || "no pod"}`;
    case "redirect":
      return `redirects to ${response.location}`;
    case "login":
      return `asks for a login (${response.status})`;
    default:
      return `answers ${response.status}`;
  }
}

function ruleOf({ rule }: Visit): string {
  if (rule === undefined) return "";
  const { priority, place } = rule;
  const by = priority === "default" ? "the default action" : `rule ${priority}`;
  return `, by ${by}${place === undefined ? "" : ` (${place.source ?? `${place.object} ${place.pointer}`})`}`;
}
