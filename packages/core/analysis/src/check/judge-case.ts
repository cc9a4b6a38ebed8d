/** One case against what the manifests make of its request. */
import type { Snapshot } from "@loopway/kube";
import type { Answer } from "../diff/answer.ts";
import { type ActingRequest, act } from "../explain/act.ts";
import { type AnsweredRequest, answerRequest, type CheckedManifests, type Unanswered } from "./answer-request.ts";
import type { CheckCase, CheckExpectation, CheckRequest, HeaderExpectation } from "./check-case.ts";
import { hasHeader, hasWeights, isLocation, isRule, isService } from "./fits.ts";

export interface CheckFailure {
  /** Of the expectation. */
  field: string;
  expected: string;
  actual: string;
}

export interface JudgedCase {
  answered: AnsweredRequest | Unanswered;
  /** Empty: the case holds. */
  failures: CheckFailure[];
}

/** One field of the expectation; what is not expected always fits. */
interface Comparison extends CheckFailure {
  fits: boolean;
}

const NONE = "none";
/** RFC 9110 section 7.6.1: no load balancer passes them on. */
const ofConnection: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "te", "upgrade"]);

export function judgeCase(manifests: CheckedManifests, { request, expect }: CheckCase): JudgedCase {
  const answered = answerRequest(manifests, request);
  if ("reason" in answered) return { answered, failures: [{ field: "request", expected: "an answer", actual: answered.reason }] };
  const comparisons = [...compareAnswer(expect, answered), ...compareBackend(manifests.settled.snapshot, { request, expect }, answered)];
  const failures = comparisons.filter(({ fits }) => !fits).map(({ field, expected, actual }) => ({ field, expected, actual }));
  return { answered, failures };
}

function compareAnswer(expect: CheckExpectation, answered: AnsweredRequest): Comparison[] {
  const { service, cluster, targetGroup, rule, status, redirect, weights } = expect;
  const { answer, location } = answered;
  const comparisons: Comparison[] = [];
  const add = (field: string, texts: readonly [expected: string, actual: string | undefined], fits: boolean) => {
    const [expected, actual = NONE] = texts;
    comparisons.push({ field, expected: expected === "" ? NONE : expected, actual, fits });
  };
  if (service !== undefined) add("service", [service, answered.service], isService(service, answered.service));
  if (cluster !== undefined)
    add("cluster_name", [cluster, answered.service], cluster === answered.targetGroup || isService(cluster, answered.service));
  if (targetGroup !== undefined) add("targetGroup", [targetGroup, answered.targetGroup], targetGroup === (answered.targetGroup ?? ""));
  if (rule !== undefined) add("rule", [String(rule), formatRule(answered)], isRule(rule, answered));
  if (status !== undefined) add("status", [String(status), formatStatus(answered)], status === answered.status);
  if (redirect !== undefined) add("redirect", [redirect, location], isLocation(redirect, location));
  if (weights !== undefined) add("weights", [formatWeights(weights), formatShares(answer)], hasWeights(weights, answer));
  return comparisons;
}

/** Of a request that stays with the load balancer no header is compared: there is none. */
function compareBackend(
  snapshot: Snapshot,
  { request, expect }: Pick<CheckCase, "request" | "expect">,
  answered: AnsweredRequest,
): Comparison[] {
  const { host, path, headers = [] } = expect;
  if (host === undefined && path === undefined && headers.length === 0) return [];
  const { listener, rule } = answered;
  const response = act({ request: actingRequest(request), listener, rule, snapshot });
  const sent = response.kind === "forward" ? response.request : undefined;
  if (sent === undefined || answered.targetGroup === undefined)
    return [{ field: "backend", expected: "the request goes on to a Service", actual: formatStatus(answered), fits: false }];
  const hostSent = sent.headers.find(({ name }) => name === "Host")?.value ?? "";
  return [
    ...(host === undefined ? [] : [{ field: "host", expected: host, actual: hostSent, fits: host === hostSent }]),
    ...(path === undefined ? [] : [{ field: "path", expected: path, actual: sent.target, fits: path === sent.target }]),
    ...headers.map((header): Comparison => {
      const values = sent.headers.filter(({ name }) => name.toLowerCase() === header.name.toLowerCase()).map(({ value }) => value);
      const actual = values.length === 0 ? "absent" : values.join(", ");
      return { field: `headers.${header.name}`, expected: formatHeader(header), actual, fits: hasHeader(header, values) };
    }),
  ];
}

function actingRequest({ protocol, host, listenerPort, path, query, method, headers, sourceIp }: CheckRequest): ActingRequest {
  const url = { protocol, host, authority: host, port: listenerPort, path, query };
  return { method, url, authority: host, headers: headers.filter(({ name }) => !ofConnection.has(name.toLowerCase())), sourceIp };
}

function formatHeader({ match, value, isInverted }: HeaderExpectation): string {
  const text = match === "exact" ? value : match === "present" || match === "absent" ? match : `${match} ${value}`;
  return isInverted ? `not ${text}` : text;
}

function formatRule({ rule }: AnsweredRequest): string {
  const { priority, origin } = rule.decision;
  return origin === undefined ? String(priority) : `${priority} of ${origin.namespace}/${origin.name}`;
}

function formatStatus({ status }: AnsweredRequest): string {
  return status === undefined ? "whatever the Service answers" : String(status);
}

function formatWeights(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([service, weight]) => `${service} ${weight}`)
    .join(", ");
}

function formatShares({ routing }: Answer): string {
  if (routing.kind !== "forward") return NONE;
  return routing.backends.map(({ service, share }) => `${service} ${share / 10} %`).join(", ");
}
