/** What changes for every request of a load balancer or a listener at once: scheme, listeners, TLS, headers. One witness stands for all. */
import type { KeyValue, Listener } from "@loopway/model";
import { stableJson } from "./answer.ts";
import type { ChangeKind } from "./change-kind.ts";
import { type DiffContext, portsOf, type StackPair } from "./diff-context.ts";
import { nameOf } from "./diff-listeners.ts";
import { findCause, placeOf } from "./find-cause.ts";
import type { ComparedListener, ComparedStack } from "./read-side.ts";
import { formatWitness } from "./witness-curl.ts";

/** Attributes that change what a target or a client gets to read (elbv2 LoadBalancerAttribute, ListenerAttribute). */
const HEADER_ATTRIBUTE = /^routing\.http\.(request|response|xff|preserve_host|drop_invalid|x_amzn)/;

/** @param onlyHost the host that both serve, when it moved from one load balancer to the other */
export function diffSettings(context: DiffContext, pair: StackPair & { onlyHost?: string }): void {
  const { before, after, onlyHost } = pair;
  if (before !== undefined && after !== undefined) {
    const [old, young] = [before.loadBalancer.spec, after.loadBalancer.spec];
    if (old.scheme !== young.scheme) add(context, pair, { kind: "scheme-changed", before: old.scheme, after: young.scheme });
    if (old.name !== young.name && (onlyHost !== undefined || old.scheme === young.scheme))
      add(context, pair, { kind: "load-balancer-changed", before: old.name, after: young.name });
    if (onlyHost === undefined) diffAttributes(context, pair, [old.attributes, young.attributes]);
  } else if (hasMovedAway(context, pair)) return;
  for (const port of portsOf(pair)) diffListener(context, { ...pair, port });
}

/** Every host that led to this load balancer leads to another one now, or the reverse. */
function hasMovedAway({ before, after }: DiffContext, pair: StackPair): boolean {
  const hosts = pair.before?.hosts ?? pair.after?.hosts ?? [];
  const other = pair.before === undefined ? before : after;
  return hosts.length > 0 && hosts.every((host) => other.ownerByHost.has(host));
}

function diffListener(context: DiffContext, pair: StackPair & { port: number; onlyHost?: string }): void {
  const { before, after, port, onlyHost } = pair;
  const [old, young] = [before?.listeners.get(port)?.listener, after?.listeners.get(port)?.listener];
  const [from, to] = [textOf(old), textOf(young)];
  const change = (kind: ChangeKind, texts = { before: from, after: to }) => add(context, pair, { kind, ...texts });
  if (old === undefined) change("listener-gained");
  else if (young === undefined) change("listener-lost");
  else if (old.spec.protocol !== young.spec.protocol) change(young.spec.protocol === "HTTPS" ? "tls-gained" : "tls-lost");
  else {
    const [oldTls, youngTls] = [tlsOf(old), tlsOf(young)];
    if (oldTls !== youngTls) change("tls-changed", { before: oldTls, after: youngTls });
    if (onlyHost === undefined) diffAttributes(context, pair, [old.spec.attributes, young.spec.attributes]);
  }
}

function textOf(listener: Listener | undefined): string {
  return listener === undefined ? "no listener" : `${listener.spec.protocol}:${listener.spec.port}`;
}

function tlsOf({ spec }: Listener): string {
  if (spec.protocol !== "HTTPS") return "";
  const { certificates = [], sslPolicy = "", mutualAuthentication } = spec;
  const [first, ...others] = certificates.map(({ certificateARN = "" }) => certificateARN);
  const shown = [first ?? "no certificate", ...others.sort()].map((arn) => arn.replace(/^.*:certificate\//, ""));
  return [
    shown.join(" "),
    sslPolicy,
    ...(mutualAuthentication === undefined || mutualAuthentication.mode === "off" ? [] : [stableJson(mutualAuthentication)]),
  ].join(", ");
}

function diffAttributes(
  context: DiffContext,
  pair: StackPair & { port?: number },
  [old, young]: [KeyValue[] | undefined, KeyValue[] | undefined],
): void {
  const textsOf = (attributes: KeyValue[] = []) =>
    attributes.filter(({ key }) => HEADER_ATTRIBUTE.test(key)).map(({ key, value }) => `${key}=${value}`);
  const [before, after] = [textsOf(old), textsOf(young)];
  const [gone, come] = [before.filter((text) => !after.includes(text)), after.filter((text) => !before.includes(text))];
  if (gone.length + come.length > 0)
    add(context, pair, { kind: "headers-changed", before: gone.join(" ") || "default", after: come.join(" ") || "default" });
}

interface Setting {
  kind: ChangeKind;
  before: string;
  after: string;
}

function add(context: DiffContext, pair: StackPair & { port?: number; onlyHost?: string }, { kind, before, after }: Setting): void {
  const [stack] = [pair.after, pair.before].filter((one) => one !== undefined && listenerOf(one, pair.port) !== undefined);
  const found = stack === undefined ? undefined : listenerOf(stack, pair.port);
  if (stack === undefined || found === undefined) return;
  const { findings } = context;
  const host = pair.onlyHost ?? stack.hosts[0] ?? stack.loadBalancer.status?.dnsName ?? "";
  const request = { host, path: "/", method: "GET", query: undefined, sourceIp: "", keys: [], values: [] };
  const { protocol, port } = found.listener.spec;
  const target = { protocol: protocol as "HTTP" | "HTTPS", listenerPort: port, dnsName: stack.loadBalancer.status?.dnsName ?? "" };
  findings.changes.push({
    cause: causeOf(context, pair),
    change: {
      kind,
      ...nameOf({ ...found, stack }),
      before: { text: before },
      after: { text: after },
      requests: [
        {
          region: { hosts: pair.onlyHost === undefined ? stack.hosts : [host], paths: [], conditions: [], less: [] },
          witness: formatWitness(request, target, false),
        },
      ],
    },
  });
}

/** The listener itself, on the side that has it; or any. */
function listenerOf(stack: ComparedStack, port: number | undefined): ComparedListener | undefined {
  return port === undefined ? [...stack.listeners.values()][0] : stack.listeners.get(port);
}

/** The first member that is not as it was. */
function causeOf({ before, after }: DiffContext, pair: StackPair) {
  const members = [...(pair.after?.members ?? []), ...(pair.before?.members ?? [])];
  const causes = members.map(({ kind, metadata: { namespace, name } }) => {
    const origin = { kind, name, pointer: "", ...(namespace !== undefined && { namespace }) };
    const rule = { origin, shown: { routing: { kind: "none" as const }, rewrites: [] } };
    return findCause({ before: before.settled, after: after.settled }, rule, rule);
  });
  const [first] = members;
  const fallback = first === undefined ? { object: "" } : placeOf(first);
  return causes.find(({ what }) => what !== "order") ?? { ...fallback, what: "order" as const, fields: [] };
}
