// One request, from its name to a pod, told step by step. Decides with the parts that serve: the load balancer's own table, Route 53's
// look-up, the choice of targets; what is added here is only the telling.
import { findServicePort } from "@loopway/controllers";
import { hostnameOf } from "@loopway/http";
import { objectKey, type Pod, type Service } from "@loopway/model";
import { type CompiledListener, explainRules, matchRule, type RequestView } from "@loopway/routing";
import type { Settled } from "../settled.ts";
import { type ActingRequest, act } from "./act.ts";
import { buildAddressBackend, buildServiceBackend } from "./build-backends.ts";
import { describeCondition } from "./describe-condition.ts";
import { enter } from "./enter.ts";
import type { ExplainRequest, Explanation, HeaderLine, NameAnswer, Trial, Visit } from "./explanation.ts";
import { findClient } from "./find-client.ts";
import { judge } from "./judge.ts";
import { parseUrl, type UrlParts } from "./parse-url.ts";
import { placeOfOrigin } from "./place-of.ts";
import { resolveName } from "./resolve-name.ts";

/** curl follows fifty, browsers about twenty; nobody means to write more than this. */
const MAX_REDIRECTS = 10;

/** Where an Ingress writes what takes the rest. */
const DEFAULT_BACKEND = "/spec/defaultBackend";

interface Asked {
  method: string;
  url: string;
  headers: readonly HeaderLine[];
  sourceIp: string;
  client: Pod | undefined;
}

/** Never throws for what the request says: a URL that is none is an outcome. */
export function explain(settled: Settled, request: ExplainRequest): Explanation {
  const { from = "internet", headers = [] } = request;
  const client = findClient(from, settled.snapshot);
  const sourceIp = request.sourceIp ?? client.sourceIp;
  const asked = { method: request.method, url: request.url, headers, sourceIp, client: client.pod };
  const visits = client.failure === undefined ? follow(asked, settled) : [failedVisit(request.url, client.failure)];
  return {
    request: { method: asked.method, url: request.url, from: client.name, sourceIp },
    visits,
    outcome: judge(visits),
  };
}

/** The request and the redirects after it; a failure of the last visit says where they lead in a circle. */
function follow(first: Asked, settled: Settled): Visit[] {
  const visits: Visit[] = [];
  const seen = new Set<string>();
  let asked = first;
  for (;;) {
    const visit = visitOne(asked, settled);
    seen.add(absolute(asked.url));
    if (visit.response?.kind !== "redirect") return [...visits, visit];
    const { location } = visit.response;
    if (seen.has(absolute(location))) return [...visits, { ...visit, failure: `the redirect leads in a circle, back to ${location}` }];
    if (visits.length === MAX_REDIRECTS) return [...visits, { ...visit, failure: `more than ${MAX_REDIRECTS} redirects` }];
    visits.push(visit);
    if (!isOurs(location, settled)) return visits;
    const isSafe = asked.method === "GET" || asked.method === "HEAD";
    const headers = asked.headers.filter(({ name }) => name.toLowerCase() !== "host");
    asked = { ...asked, url: location, method: isSafe ? asked.method : "GET", headers };
  }
}

/** With the port that it goes to, so that one place has one text. */
function absolute(url: string): string {
  const parts = parseUrl(url);
  return parts === undefined ? url : `${parts.protocol}://${parts.host}:${parts.port}${parts.path}?${parts.query ?? ""}`;
}

function isOurs(url: string, settled: Settled): boolean {
  const parts = parseUrl(url);
  return parts !== undefined && resolveName(parts.host, settled, undefined).answer.addresses.length > 0;
}

function failedVisit(url: string, failure: string, name?: NameAnswer): Visit {
  return { url, name: name ?? { name: "", addresses: [], reason: failure }, trials: [], failure };
}

function visitOne(asked: Asked, settled: Settled): Visit {
  const url = parseUrl(asked.url);
  if (url === undefined) return failedVisit(asked.url, `${asked.url} is no URL such as http://api.example.com/v1/order`);
  const resolved = resolveName(url.host, settled, asked.client);
  if (resolved.kind === "service") return visitService(asked, url, { ...resolved, settled });
  if (resolved.kind === "pod") return visitPod(asked, url, { ...resolved, settled });
  const { answer } = resolved;
  if (answer.addresses.length === 0) return failedVisit(asked.url, `${url.host} has no address: ${answer.reason}`, answer);
  const { entrance, listener, failure } = enter(answer.addresses, url, settled);
  const visit = { url: asked.url, name: answer, trials: [], ...(entrance === undefined ? {} : { entrance }) };
  if (listener === undefined || failure !== undefined) return { ...visit, failure: failure ?? "nothing listens" };
  const routed = { ...visit, ...route(asked, url, { listener, settled }) };
  if (entrance?.scheme !== "internal" || asked.client !== undefined) return routed;
  return {
    ...routed,
    failure: `load balancer ${entrance.loadBalancer} is internal: its addresses are private and not reached from the internet (annotation alb.ingress.kubernetes.io/scheme: internet-facing, or --from pod/NAME)`,
  };
}

/** What the listener does, with every rule that was tried. */
function route(
  asked: Asked,
  url: UrlParts,
  { listener, settled }: { listener: CompiledListener; settled: Settled },
): Partial<Visit> & Pick<Visit, "trials"> {
  const { snapshot } = settled;
  const authority = asked.headers.find(({ name }) => name.toLowerCase() === "host")?.value ?? url.authority;
  if (asked.method === "TRACE" || asked.method === "CONNECT")
    return { trials: [], response: { kind: "error", status: 405, reason: `an Application Load Balancer does not take ${asked.method}` } };
  const view = viewOf(asked, url, authority);
  const trials = explainRules(listener.rules, view).map(({ index, id, priority, failed, sent = [] }): Trial => {
    const place = placeOfOrigin(listener.rules.rules[index]?.decision.origin, snapshot);
    return {
      priority,
      rule: id,
      ...(place === undefined ? {} : { place }),
      ...(failed === undefined ? {} : { failed: { condition: describeCondition(failed), sent } }),
    };
  });
  const rule = listener.rules.rules[matchRule(listener.rules, view)] ?? listener.defaultRule;
  const request: ActingRequest = { method: asked.method, url, authority, headers: asked.headers, sourceIp: asked.sourceIp };
  const response = act({ request, listener, rule, snapshot });
  const { priority, origin } = rule.decision;
  // The 404 of a listener without a default backend comes from nowhere in the manifests.
  const isOwn = priority === "default" && response.kind === "fixed-response" && origin?.pointer !== DEFAULT_BACKEND;
  const place = isOwn ? undefined : placeOfOrigin(origin, snapshot);
  return { trials, rule: { priority, rule: rule.id, ...(place === undefined ? {} : { place }) }, response };
}

function viewOf({ method, headers, sourceIp }: Asked, { path, query }: UrlParts, authority: string): RequestView {
  const others = headers.filter(({ name }) => name.toLowerCase() !== "host");
  return {
    host: hostnameOf(authority).toLowerCase(),
    path,
    query,
    method,
    keys: ["host", ...others.map(({ name }) => name.toLowerCase())],
    values: [authority, ...others.map(({ value }) => value)],
    sourceIp,
  };
}

/** Inside the cluster: kube-proxy and nothing else. */
function visitService(
  asked: Asked,
  url: UrlParts,
  { answer, service, settled }: { answer: NameAnswer; service: Service; settled: Settled },
): Visit {
  const isHeadless = service.spec.clusterIP === "None";
  // Behind a headless name there is no translation of ports: the client dials the pod's own.
  const servicePort = isHeadless
    ? service.spec.ports?.find(({ port, targetPort }) => (targetPort ?? port) === url.port)
    : findServicePort(service, url.port);
  if (servicePort === undefined) {
    const ports = (service.spec.ports ?? []).map(({ port }) => port).join(", ");
    return failedVisit(asked.url, `Service ${objectKey(service)} has no port ${url.port} (it has ${ports})`, answer);
  }
  const backend = buildServiceBackend(service, servicePort, settled.snapshot);
  const addresses = isHeadless ? backend.pods.map(({ address }) => address) : answer.addresses;
  const clusterIP = service.spec.clusterIP ?? "";
  return {
    url: asked.url,
    name: { ...answer, addresses },
    entrance: { kind: "service", service: objectKey(service), clusterIP, servicePort: servicePort.port },
    trials: [],
    response: { kind: "forward", after: [], backends: [backend] },
  };
}

/** By a name of its own: past kube-proxy, at the port that the client dials. */
function visitPod(
  asked: Asked,
  { port }: UrlParts,
  { answer, service, settled }: { answer: NameAnswer; service?: Service; settled: Settled },
): Visit {
  const backend = buildAddressBackend(answer.addresses, { port, isEndpoint: service !== undefined, snapshot: settled.snapshot });
  return {
    url: asked.url,
    name: answer,
    entrance: { kind: "pod", address: answer.addresses[0] ?? "", port },
    trials: [],
    response: { kind: "forward", after: [], backends: [backend] },
  };
}
