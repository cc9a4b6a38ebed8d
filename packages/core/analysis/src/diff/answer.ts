/** What users see of a rule's actions: Services, not the generated names of target groups; everything that is a default written out. */

import { AWS_NAMESPACE } from "@loopway/controllers";
import type { Snapshot } from "@loopway/kube";
import type { Action, Service, TargetGroup, TargetGroupBinding, Transform } from "@loopway/model";

export interface Answer {
  /** What a request meets before it is answered: the action's type. Its settings hold a client's secret and are compared only. */
  auth?: string;
  routing: Forward | Redirect | FixedResponse | { kind: "none" };
  /** Regular expression and replacement of each rewrite. */
  rewrites: readonly string[];
}

export interface Forward {
  kind: "forward";
  /** Only those that get requests, in order of name. */
  backends: readonly Backend[];
  /** Of the group of backends; seconds. */
  stickySeconds?: number;
}

interface Backend {
  /** "default/web:80" */
  service: string;
  targetType: string;
  /** "HTTP HTTP1" */
  protocol: string;
  /** Part of the requests, in thousandths. */
  share: number;
}

interface Redirect {
  kind: "redirect";
  status: string;
  /** With the placeholders of RedirectActionConfig. */
  location: string;
}

interface FixedResponse {
  kind: "fixed-response";
  status: string;
  contentType: string;
  body: string;
}

/** How forwards of one snapshot are read. */
export type BackendReader = (targetGroup: string) => Omit<Backend, "share">;

/** `key`: equal ones no user can tell apart. */
export function readAnswer(
  actions: readonly Action[],
  transforms: readonly Transform[],
  backendOf: BackendReader,
): { shown: Answer; key: string } {
  const auth = actions.find(({ type }) => type.startsWith("authenticate-") || type === "jwt-validation");
  const settings = auth?.authenticateCognitoConfig ?? auth?.authenticateOIDCConfig ?? auth?.jwtValidationConfig;
  const shown: Answer = {
    ...(auth !== undefined && { auth: auth.type }),
    routing: readRouting(actions, backendOf),
    rewrites: transforms.map(({ type, ...config }) => `${type} ${stableJson(config)}`).sort(),
  };
  return { shown, key: stableJson([shown, settings ?? null]) };
}

export function isNotFound({ routing }: Answer): boolean {
  return routing.kind === "fixed-response" && routing.status === "404";
}

function readRouting(actions: readonly Action[], backendOf: BackendReader): Answer["routing"] {
  for (const { forwardConfig, redirectConfig, fixedResponseConfig } of actions) {
    if (forwardConfig !== undefined) return readForward(forwardConfig, backendOf);
    if (redirectConfig !== undefined) {
      const {
        protocol = "#{protocol}",
        host = "#{host}",
        port = "#{port}",
        path = "/#{path}",
        query = "#{query}",
        statusCode,
      } = redirectConfig;
      return { kind: "redirect", status: statusCode.replace("HTTP_", ""), location: `${protocol}://${host}:${port}${path}?${query}` };
    }
    if (fixedResponseConfig !== undefined) {
      const { statusCode, contentType = "text/plain", messageBody = "" } = fixedResponseConfig;
      return { kind: "fixed-response", status: statusCode, contentType, body: messageBody };
    }
  }
  return { kind: "none" };
}

function readForward(
  { targetGroups, targetGroupStickinessConfig }: NonNullable<Action["forwardConfig"]>,
  backendOf: BackendReader,
): Forward {
  const weightOf = (weight: number | undefined) => (targetGroups.length === 1 ? 1 : (weight ?? 1));
  const total = targetGroups.reduce((sum, { weight }) => sum + weightOf(weight), 0);
  const backends = new Map<string, Backend>();
  for (const { targetGroupRef, weight } of targetGroups) {
    const share = total === 0 ? 0 : Math.round((1000 * weightOf(weight)) / total);
    const backend = backendOf(targetGroupRef.from.name);
    const key = stableJson(backend);
    if (share > 0 || total === 0) backends.set(key, { ...backend, share: share + (backends.get(key)?.share ?? 0) });
  }
  const isSticky = targetGroupStickinessConfig?.enabled === true && backends.size > 1;
  return {
    kind: "forward",
    backends: [...backends.keys()].sort().map((key) => backends.get(key) as Backend),
    ...(isSticky && { stickySeconds: targetGroupStickinessConfig.durationSeconds ?? 0 }),
  };
}

/** Target groups by name, through their bindings to Services; a named servicePort is looked up. */
export function backendReader(snapshot: Snapshot): BackendReader {
  const bindings = new Map(snapshot.list<TargetGroupBinding>("TargetGroupBinding").map((binding) => [binding.metadata.name, binding]));
  return (name) => {
    const targetGroup = snapshot.get<TargetGroup>("TargetGroup", AWS_NAMESPACE, name);
    const binding = bindings.get(name);
    if (targetGroup === undefined || binding === undefined) return { service: name, targetType: "", protocol: "" };
    const { targetType, protocol, protocolVersion = "HTTP1" } = targetGroup.spec;
    const { serviceRef } = binding.spec;
    const { namespace = "default" } = binding.metadata;
    const service = snapshot.get<Service>("Service", namespace, serviceRef.name);
    const servicePort = service?.spec.ports?.find((port) => port.name === serviceRef.port || port.port === serviceRef.port)?.port;
    const shown = `${namespace}/${serviceRef.name}:${servicePort ?? serviceRef.port}`;
    return { service: shown, targetType, protocol: `${protocol} ${protocolVersion}` };
  };
}

/** JSON with sorted keys. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** In one line. */
export function formatAnswer({ auth, routing, rewrites }: Answer): string {
  const before = auth === undefined ? "" : `${auth}, then `;
  const after = rewrites.length === 0 ? "" : `, rewritten`;
  return `${before}${formatRouting(routing)}${after}`;
}

function formatRouting(routing: Answer["routing"]): string {
  switch (routing.kind) {
    case "forward": {
      const { backends } = routing;
      if (backends.length === 1) return backends.map(({ service, targetType }) => `${service} (${targetType})`).join();
      return backends.map(({ service, share }) => `${service} ${share / 10} %`).join(" + ");
    }
    case "redirect":
      return `${routing.status} to ${formatLocation(routing.location)}`;
    case "fixed-response":
      return `fixed ${routing.status}${routing.body === "" ? "" : ` ${JSON.stringify(routing.body.slice(0, 40))}`}`;
    case "none":
      return "nothing";
  }
}

/** Without what stays as it was, or goes without saying. */
function formatLocation(location: string): string {
  const [, protocol = "", rest = ""] = /^([^:]*):(.*)$/.exec(location) ?? [];
  const port = { HTTP: "80", HTTPS: "443" }[protocol.toUpperCase()] ?? "#{port}";
  const shown = rest
    .replace(`:${port}/`, "/")
    .replace(":#{port}/", "/")
    .replace(/\?#\{query\}$/, "");
  return `${protocol.startsWith("#") ? protocol : protocol.toLowerCase()}:${shown}`;
}
