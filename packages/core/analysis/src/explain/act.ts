// What the winning rule makes of the request. Read from the Rule and Listener objects, so that what no hop serves yet (a login before the
// forward, rewrites) is told as AWS would do it.
import { AWS_NAMESPACE } from "@loopway/controllers";
import type { Snapshot } from "@loopway/kube";
import { type Action, type Ingress, type Listener, parsePointer, type Rule, type Service, type Transform } from "@loopway/model";
import {
  applyTransforms,
  buildLocation,
  type CompiledListener,
  type CompiledRule,
  type CompileRegex,
  compileTransforms,
} from "@loopway/routing";
import { buildBackends } from "./build-backends.ts";
import type { HeaderLine, Response } from "./explanation.ts";
import { headersAtTarget } from "./headers-at-target.ts";
import type { UrlParts } from "./parse-url.ts";

export interface ActingRequest {
  method: string;
  url: UrlParts;
  /** The Host header, as written. */
  authority: string;
  headers: readonly HeaderLine[];
  sourceIp: string;
}

export interface Acting {
  request: ActingRequest;
  listener: CompiledListener;
  rule: CompiledRule;
  snapshot: Snapshot;
  compileRegex: CompileRegex | undefined;
}

export function act(acting: Acting): Response {
  const { actions, transforms } = objectOf(acting);
  const sorted = [...actions].sort((left, right) => (left.order ?? 0) - (right.order ?? 0));
  const last = sorted.at(-1);
  const before = sorted.slice(0, -1).map(({ type }) => type);
  if (last === undefined) return { kind: "error", status: 500, reason: "the rule has no action" };
  const { forwardConfig, redirectConfig, fixedResponseConfig } = last;
  if (forwardConfig !== undefined) return forward(acting, { forwardConfig, before, transforms });
  if (before.length > 0) return { kind: "login", status: 302, by: before.join(", ") };
  if (redirectConfig !== undefined) return redirect(acting, redirectConfig);
  const { statusCode = "500", contentType = "text/plain", messageBody = "" } = fixedResponseConfig ?? {};
  const reason = whyMissing(acting);
  return {
    kind: "fixed-response",
    status: Number(statusCode),
    contentType,
    body: messageBody,
    ...(reason === undefined ? {} : { reason }),
  };
}

function objectOf({ rule, listener, snapshot }: Acting): { actions: readonly Action[]; transforms: readonly Transform[] } {
  if (rule === listener.defaultRule) {
    const object = snapshot.get<Listener>("Listener", AWS_NAMESPACE, listener.name);
    return { actions: object?.spec.defaultActions ?? [], transforms: [] };
  }
  const object = snapshot.get<Rule>("Rule", AWS_NAMESPACE, rule.id);
  return { actions: object?.spec.actions ?? [], transforms: object?.spec.transforms ?? [] };
}

function redirect({ request: { url }, listener }: Acting, config: NonNullable<Action["redirectConfig"]>): Response {
  const { protocol, host, path, query } = url;
  const location = buildLocation(config, { protocol, host, listenerPort: listener.listenerPort, path, query });
  return { kind: "redirect", status: config.statusCode === "HTTP_302" ? 302 : 301, location };
}

interface Forwarding {
  forwardConfig: NonNullable<Action["forwardConfig"]>;
  before: readonly string[];
  transforms: readonly Transform[];
}

function forward({ request, listener, rule, snapshot, compileRegex }: Acting, { forwardConfig, before, transforms }: Forwarding): Response {
  const { url, authority, method, headers, sourceIp } = request;
  const target = url.query === undefined ? url.path : `${url.path}?${url.query}`;
  const rewritten = transformed({ id: rule.id, transforms }, { host: authority, url: target }, compileRegex);
  if (typeof rewritten === "string") return { kind: "error", status: 500, reason: rewritten };
  const { protocol } = url;
  const own = { headers, authority: rewritten.host, protocol, listenerPort: listener.listenerPort, sourceIp };
  return {
    kind: "forward",
    after: before,
    request: {
      method,
      target: rewritten.url,
      headers: headersAtTarget(own),
      rewritten: rewritten.url !== target || rewritten.host !== authority,
    },
    backends: buildBackends(forwardConfig, snapshot),
  };
}

/** A sentence where the rewrite fails. */
function transformed(
  rule: { id: string; transforms: readonly Transform[] },
  request: { host: string; url: string },
  compileRegex: CompileRegex | undefined,
): { host: string; url: string } | string {
  if (rule.transforms.length === 0) return request;
  if (compileRegex === undefined) return "the rule rewrites by regular expressions, which were not loaded";
  const { transforms, problems } = compileTransforms(rule, compileRegex);
  const [problem] = problems;
  if (problem !== undefined) return problem.message;
  return applyTransforms(transforms, request) ?? "the rewrite makes a host or a URL that can stand in no request";
}

/** Where the controller put a 503 in place of a Service or an action that is not there. */
function whyMissing({ rule, snapshot }: Acting): string | undefined {
  const origin = rule.decision.origin;
  const ingress = origin === undefined ? undefined : snapshot.get<Ingress>(origin.kind, origin.namespace, origin.name);
  if (origin === undefined || ingress === undefined) return undefined;
  const backend = (valueAt(ingress, origin.pointer) as { backend?: unknown } | undefined)?.backend ?? ingress.spec?.defaultBackend;
  const { name = "", port } = (backend as { service?: { name?: string; port?: { name?: string } } } | undefined)?.service ?? {};
  const { namespace = "default" } = ingress.metadata;
  if (port?.name === "use-annotation") {
    const key = `alb.ingress.kubernetes.io/actions.${name}`;
    return ingress.metadata.annotations?.[key] === undefined ? `the Ingress has no annotation ${key}` : undefined;
  }
  if (name === "" || snapshot.get<Service>("Service", namespace, name) !== undefined) return undefined;
  return `Service ${namespace}/${name} does not exist`;
}

function valueAt(object: unknown, pointer: string): unknown {
  return parsePointer(pointer).reduce((value: unknown, token) => (value as Record<string, unknown> | undefined)?.[token], object);
}
