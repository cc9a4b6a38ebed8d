/** What the manifests make of one request of a test. */
import { pickTargetGroup } from "@loopway/balancing";
import {
  buildLocation,
  type CompiledAction,
  type CompiledListener,
  type CompiledRule,
  matchRule,
  type RequestView,
} from "@loopway/routing";
import type { Answer } from "../diff/answer.ts";
import { resolveName } from "../explain/resolve-name.ts";
import { answerOf, type Routes } from "../routes.ts";
import type { Settled } from "../settled.ts";
import type { CheckRequest } from "./check-case.ts";

export interface AnsweredRequest {
  loadBalancer: string;
  listener: CompiledListener;
  rule: CompiledRule;
  answer: Answer;
  /** Chosen by the weights; absent where none is. */
  targetGroup?: string;
  service?: string;
  /** Absent where the Service answers: then it is the Service's. */
  status?: number;
  location?: string;
}

/** What requests are answered from. */
export interface CheckedManifests {
  settled: Settled;
  routes: readonly Routes[];
}

/** Why nothing answers, as a sentence. */
export interface Unanswered {
  reason: string;
}

export function answerRequest(manifests: CheckedManifests, request: CheckRequest): AnsweredRequest | Unanswered {
  const view = viewOf(request);
  const found = findLoadBalancer(manifests, request, view);
  if ("reason" in found) return found;
  const { routes, listener } = found;
  const rule = listener.rules.rules[matchRule(listener.rules, view)] ?? listener.defaultRule;
  const answer = answerOf(routes, rule === listener.defaultRule ? listener.name : rule.id).shown;
  return { loadBalancer: nameOf(routes), listener, rule, answer, ...outcomeOf(rule.action, routes, request) };
}

function outcomeOf(
  action: CompiledAction,
  routes: Routes,
  request: CheckRequest,
): Omit<AnsweredRequest, "loadBalancer" | "listener" | "rule" | "answer"> {
  switch (action.kind) {
    case "fixed-response":
      return { status: action.status };
    case "redirect": {
      const location = buildLocation(action.config, request);
      return location === undefined ? { status: 500 } : { status: action.config.statusCode === "HTTP_302" ? 302 : 301, location };
    }
    case "unsupported":
      return {};
    case "forward": {
      const targetGroup = pickTargetGroup({ ...action, stickyGroup: undefined }, shareOf(request.random, action.weights));
      // ELB guide, "Troubleshoot", HTTP 503: no registered target, and no weight either.
      if (targetGroup === undefined) return { status: 503 };
      const service = routes.serviceByGroup.get(targetGroup);
      const isEmpty = routes.emptyGroups.has(targetGroup);
      return { targetGroup, ...(service !== undefined && { service }), ...(isEmpty && { status: 503 }) };
    }
  }
}

/** Envoy takes its number modulo the sum of the weights; the middle of that part is on neither border. */
function shareOf(random: CheckRequest["random"], weights: readonly number[]): number {
  if ("share" in random) return random.share;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? 0 : ((random.envoyValue % total) + 0.5) / total;
}

interface Found {
  routes: Routes;
  listener: CompiledListener;
}

/** The load balancer that the test names, or to which the host's name leads; else the one with a rule for the request, or the only one. */
function findLoadBalancer(manifests: CheckedManifests, request: CheckRequest, view: RequestView): Found | Unanswered {
  const { loadBalancer, listenerPort, host } = request;
  const named = loadBalancer === undefined ? routesByName(manifests, host) : routesNamed(manifests, loadBalancer);
  const listening = named.flatMap((routes) => {
    const listener = routes.table.listeners.find((one) => one.listenerPort === listenerPort);
    return listener === undefined ? [] : [{ routes, listener }];
  });
  const takers = listening.filter(({ listener }) => matchRule(listener.rules, view) >= 0);
  const [first, second] = takers.length > 0 ? takers : listening;
  if (first === undefined) {
    if (named.length === 0 && loadBalancer !== undefined) return { reason: `there is no load balancer or group named ${loadBalancer}` };
    return { reason: named.length === 0 ? "the manifests make no load balancer" : `nothing listens on port ${listenerPort}` };
  }
  if (second === undefined) return first;
  const names = (takers.length > 0 ? takers : listening).map(({ routes }) => routes.groupId).join(", ");
  if (takers.length > 0) return { reason: `${names} all have a rule for this request; say which one with loadBalancer` };
  return { reason: `no rule is for ${host}; say with loadBalancer which of ${names} gets the request` };
}

function routesNamed({ routes }: CheckedManifests, wanted: string): readonly Routes[] {
  return routes.filter((one) => [nameOf(one), one.groupId].includes(wanted));
}

/** All where the name leads nowhere: a test may ask what no record does. */
function routesByName({ settled, routes }: CheckedManifests, host: string): readonly Routes[] {
  const { addresses } = resolveName(host.toLowerCase(), settled, undefined).answer;
  const found = routes.filter(({ table }) => table.addresses.some((address) => addresses.includes(address)));
  return found.length > 0 ? found : routes;
}

export function nameOf({ table }: Routes): string {
  return table.resourceId.split("/")[1] ?? table.resourceId;
}

function viewOf({ host, path, query, method, headers, sourceIp }: CheckRequest): RequestView {
  return {
    host: host.toLowerCase(),
    path,
    query,
    method,
    keys: headers.map(({ name }) => name.toLowerCase()),
    values: headers.map(({ value }) => value),
    sourceIp,
  };
}
