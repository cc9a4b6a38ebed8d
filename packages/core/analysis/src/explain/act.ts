// What the winning rule makes of the request. Actions are read from the Rule and Listener objects, so that what no hop serves yet (a login before
// the forward) is told as AWS would do it.
import { AWS_NAMESPACE } from "@loopway/controllers";
import { hostnameOf } from "@loopway/http";
import type { Snapshot } from "@loopway/kube";
import { type Action, type Ingress, type Listener, parsePointer, type Rule, type Service } from "@loopway/model";
import { applyTransforms, buildLocation, type CompiledListener, type CompiledRule } from "@loopway/routing";
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
}

export function act(acting: Acting): Response {
  const sorted = [...actionsOf(acting)].sort((left, right) => (left.order ?? 0) - (right.order ?? 0));
  const last = sorted.at(-1);
  const before = sorted.slice(0, -1).map(({ type }) => type);
  if (last === undefined) return { kind: "error", status: 500, reason: "the rule has no action" };
  const { forwardConfig, redirectConfig, fixedResponseConfig } = last;
  if (forwardConfig !== undefined) return forward(acting, { forwardConfig, before });
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

function actionsOf({ rule, listener, snapshot }: Acting): readonly Action[] {
  if (rule !== listener.defaultRule) return snapshot.get<Rule>("Rule", AWS_NAMESPACE, rule.id)?.spec.actions ?? [];
  return snapshot.get<Listener>("Listener", AWS_NAMESPACE, listener.name)?.spec.defaultActions ?? [];
}

function redirect({ request: { url }, listener }: Acting, config: NonNullable<Action["redirectConfig"]>): Response {
  const { protocol, host, path, query } = url;
  const location = buildLocation(config, { protocol, host, listenerPort: listener.listenerPort, path, query });
  if (location === undefined) return { kind: "error", status: 500, reason: "the Location of the redirect is too long" };
  return { kind: "redirect", status: config.statusCode === "HTTP_302" ? 302 : 301, location };
}

interface Forwarding {
  forwardConfig: NonNullable<Action["forwardConfig"]>;
  before: readonly string[];
}

function forward({ request, listener, rule, snapshot }: Acting, { forwardConfig, before }: Forwarding): Response {
  const { url, authority, method, headers, sourceIp } = request;
  const target = url.query === undefined ? url.path : `${url.path}?${url.query}`;
  const host = hostnameOf(authority);
  const rewritten = applyTransforms(rule.transforms ?? {}, { host, port: authority.slice(host.length), url: target });
  if (rewritten.status.startsWith("TransformInvalid"))
    return { kind: "error", status: 500, reason: "the rewrite makes a host or a URL that can stand in no request" };
  const { protocol } = url;
  const own = { headers, authority: rewritten.authority, protocol, listenerPort: listener.listenerPort, sourceIp };
  return {
    kind: "forward",
    after: before,
    request: {
      method,
      target: rewritten.url,
      headers: headersAtTarget(own),
      rewritten: rewritten.url !== target || rewritten.authority !== authority,
    },
    backends: buildBackends(forwardConfig, snapshot),
  };
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
