import type { Backend, Explanation, Outcome, Place, Response, Trial, Visit } from "@loopway/analysis";
import type { KubeObject, Problem } from "@loopway/model";
import { type Paint, paintWith } from "./paint.ts";

export interface ExplanationFormat {
  colour: boolean;
  problems: readonly Problem[];
  ignored: readonly KubeObject[];
}

/** Rules shown one by one; of more than this those for other hosts are counted. */
const MAX_TRIALS = 12;
const MAX_PODS = 4;

/**
 * The path from top to bottom, a label per step:
 *
 *     GET http://api.example.com/v1/order/1
 *       name      api.example.com → 127.12.0.1
 *       entrance  k8s-default-api-0123456789 (internet-facing), HTTP 80
 *       rules     ✗ 1  path is /v1/payment, not /v1/order/1
 *                 ✓ 2  Ingress default/api  k8s/api.yaml:17
 *       forward   default/orders:8080 → pods on 8080
 *     → a pod of default/orders answers
 */
export function formatExplanation({ request, visits, outcome }: Explanation, { colour, problems, ignored }: ExplanationFormat): string {
  const paint = paintWith(colour);
  const lines = visits.flatMap((visit, index) => [
    `${index === 0 ? paint.bold(`${request.method} ${visit.url}`) : paint.bold(`then ${visit.url}`)}${index === 0 && request.from !== "internet" ? ` from ${request.from} (${request.sourceIp})` : ""}`,
    ...formatVisit(visit, paint),
  ]);
  return `${[...lines, formatOutcome(outcome, visits, paint), ...formatRemarks(problems, ignored, { paint, outcome })].join("\n")}\n`;
}

function formatVisit(visit: Visit, paint: Paint): string[] {
  const { name, entrance, trials, rule, response } = visit;
  // Why there is none ends the whole answer.
  const isNowhere = name.addresses.length === 0;
  const to = isNowhere ? paint.red("no address") : name.addresses.join(", ");
  const rows: string[][] = [
    [
      "name",
      ...(name.name === ""
        ? []
        : [`${name.name} → ${to}${isNowhere ? at(name.place) : ""}`, ...(isNowhere ? [] : [paint.dim(name.reason + at(name.place))])]),
    ],
  ];
  if (entrance?.kind === "service") {
    const { service, clusterIP, servicePort } = entrance;
    rows.push(["service", clusterIP === "None" ? `${service}, headless` : `${service} at ${clusterIP}, port ${servicePort}`]);
  }
  if (entrance?.kind === "pod") rows.push(["pod", `${entrance.address}, port ${entrance.port}, past Services`]);
  if (entrance?.kind === "load-balancer") {
    const { loadBalancer, scheme, group, listener, certificate } = entrance;
    const shown = [`${loadBalancer} (${scheme}, IngressGroup ${group}), ${listener.protocol} ${listener.listenerPort}`];
    rows.push(["entrance", ...shown, ...(certificate === undefined ? [] : [`certificate ${certificate.arn}: ${certificate.reason}`])]);
  }
  if (rule !== undefined) {
    const winner = rule.priority === "default" ? [`${paint.green("✓")} default action${shownPlace(rule.place)}`] : [];
    rows.push(["rules", ...formatTrials(trials, paint), ...winner]);
  }
  if (response !== undefined) rows.push(...formatResponse(response, paint));
  return rows
    .filter((row) => row.length > 1)
    .flatMap(([label = "", ...texts]) => texts.map((text, index) => `  ${(index === 0 ? label : "").padEnd(9)} ${text}`));
}

function formatTrials(trials: readonly Trial[], paint: Paint): string[] {
  const isOther = ({ failed }: Trial) => trials.length > MAX_TRIALS && failed?.condition.startsWith("host is ") === true;
  const others = trials.filter(isOther).length;
  const shown = trials.filter((trial) => !isOther(trial)).map((trial) => formatTrial(trial, paint));
  return others === 0 ? shown : [paint.dim(`✗ ${others} rules for other hosts`), ...shown];
}

function formatTrial({ priority, place, failed }: Trial, paint: Paint): string {
  if (failed === undefined) return `${paint.green("✓")} ${priority}${shownPlace(place)}`;
  const sent = failed.sent.length === 0 ? "there is none" : `not ${failed.sent.join(" or ")}`;
  return `${paint.red("✗")} ${priority}  ${failed.condition}, ${sent}${paint.dim(shownPlace(place))}`;
}

function formatResponse(response: Response, paint: Paint): string[][] {
  switch (response.kind) {
    case "fixed-response": {
      const body = response.body === "" ? "" : ` "${response.body}"`;
      return [
        [
          "answer",
          `${response.status} ${response.contentType}${body}`,
          ...(response.reason === undefined ? [] : [paint.red(response.reason)]),
        ],
      ];
    }
    case "redirect":
      return [["redirect", `${response.status} to ${response.location}`]];
    case "login":
      return [["login", `${response.status}, ${response.by}`]];
    case "error":
      return [["error", `${response.status}: ${response.reason}`]];
    case "forward": {
      const { after, request, backends } = response;
      const rewritten = request?.rewritten === true ? [`${request.method} ${request.target} (rewritten)`] : [];
      const headers = (request?.headers ?? []).map(({ name, value }) => paint.dim(`${name}: ${value}`));
      return [
        ...(after.length === 0 ? [] : [["login", `${after.join(", ")} first`]]),
        ["forward", ...backends.flatMap((backend) => formatBackend(backend, paint))],
        ["at a pod", ...rewritten, ...headers],
      ];
    }
  }
}

function formatBackend({ share, service, targetType, targetGroup, pods, endpointSlices, failure }: Backend, paint: Paint): string[] {
  const percent = share === 1 ? "" : `${Math.round(share * 100)} %  `;
  if (service === undefined && targetGroup === undefined) return formatEnd(pods, failure, paint);
  if (service === undefined) return [`${percent}${targetGroup}: ${paint.red(failure?.reason ?? "")}`];
  const { name, servicePort, targetPort, nodePort } = service;
  const through = nodePort === undefined ? "" : ` → nodePort ${nodePort}`;
  const head = `${percent}${name}:${servicePort}${through} → targetPort ${targetPort}${at(service.place)}`;
  const group =
    targetGroup === undefined
      ? []
      : [paint.dim(`target group ${targetGroup} (${targetType}), EndpointSlices ${endpointSlices.join(", ") || "none"}`)];
  return [head, ...group.map((line) => `  ${line}`), ...formatEnd(pods, failure, paint).map((line) => `  ${line}`)];
}

function formatEnd(pods: Backend["pods"], failure: Backend["failure"], paint: Paint): string[] {
  if (failure !== undefined) return [paint.red(`${failure.status === undefined ? "" : `${failure.status}: `}${failure.reason}`)];
  const shown = pods.slice(0, MAX_PODS).map(({ pod, address, targetPort: port }) => `${pod} at ${address}:${port}`);
  return [...shown, ...(pods.length > MAX_PODS ? [`and ${pods.length - MAX_PODS} more pods`] : [])];
}

function formatOutcome(outcome: Outcome, visits: readonly Visit[], paint: Paint): string {
  switch (outcome.kind) {
    case "reached": {
      const response = visits.at(-1)?.response;
      const backends = response?.kind === "forward" ? response.backends : [];
      return [
        `${paint.green("→")} ${whoAnswers(backends.filter(({ failure, share }) => failure === undefined && share > 0))} answers`,
        ...outcome.reservations.map((text) => `  ${paint.red("!")} ${text}`),
      ].join("\n");
    }
    case "answered":
      return `${paint.green("→")} ${outcome.status}: ${outcome.reason}`;
    case "unreachable":
      return `${paint.red("→ not reachable")}${outcome.status === undefined ? "" : ` (${outcome.status})`}: ${outcome.reason}`;
  }
}

/** By name where a pod is dialled; what is no pod has its address for a name. */
function whoAnswers(backends: readonly Backend[]): string {
  const services = new Set(backends.flatMap(({ service }) => service?.name ?? []));
  if (services.size > 0) return `a pod of ${[...services].join(" or ")}`;
  return backends.flatMap(({ pods }) => pods.map(({ pod, address }) => (pod === address ? address : `pod ${pod}`))).join(" or ");
}

/** Errors always; the rest is counted, since it is lint's business. */
function formatRemarks(
  problems: readonly Problem[],
  ignored: readonly KubeObject[],
  { paint, outcome }: { paint: Paint; outcome: Outcome },
): string[] {
  const errors = problems.filter(({ severity }) => severity === "error");
  const unseen = outcome.kind === "unreachable" ? errors.filter(({ message }) => !outcome.reason.includes(message)) : errors;
  const kinds = Map.groupBy(ignored, ({ kind }) => kind);
  const counted = [...kinds].map(([kind, objects]) => `${objects.length} ${kind}`).join(", ");
  return [
    ...unseen.map(
      ({ object = "", message, source }) => `${paint.red("error")} ${object}: ${message}${source === undefined ? "" : `  ${source}`}`,
    ),
    ...(ignored.length === 0 ? [] : [paint.dim(`ignored: ${counted}`)]),
  ];
}

function at(place: Place | undefined): string {
  return place?.source === undefined ? "" : `  ${place.source}`;
}

function shownPlace(place: Place | undefined): string {
  return place === undefined ? "" : `  ${place.object}${at(place)}`;
}
