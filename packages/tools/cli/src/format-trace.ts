import { type Decision, formatOrigin, type Origin, type Span, type TlsDecision, type TraceNode } from "@loopway/model";

export interface TraceFormat {
  /** Characters the bar of the slowest hop takes. */
  barWidth: number;
  /** "file:line" of an origin, where it is known. */
  sourceOf(origin: Origin): string | undefined;
}

interface Row {
  depth: number;
  span: Span;
}

/**
 * The waterfall: a line per hop with its share of the time, and under it what the hop decided.
 *
 *     client            ████████████████████  3.20 ms  GET http://api.example.com/v1/order/1 → 200
 *       route53          ██                   0.21 ms  A api.example.com
 *                          api.example.com A → 127.12.0.1 (alias, TTL 60 s)
 */
export function formatTrace(root: TraceNode, format: TraceFormat): string {
  const rows = flatten(root, 0);
  const startUs = root.span.startUs;
  const endUs = Math.max(root.span.endUs ?? startUs, startUs + 1);
  const labels = rows.map(({ depth, span }) => `${"  ".repeat(depth)}${span.hop} ${shortName(span)}`.trimEnd());
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const lines = rows.flatMap(({ depth, span }, index) => {
    const bar = barOf(span, { startUs, endUs }, format.barWidth);
    const time = `${((endOf(span, endUs) - span.startUs) / 1000).toFixed(2)} ms`.padStart(10);
    const head = `${(labels[index] ?? "").padEnd(labelWidth)}  ${bar}  ${time}  ${span.summary ?? ""}${formatOutcome(span)}`.trimEnd();
    return [head, ...span.decisions.map((decision) => `${"  ".repeat(depth + 1)}${formatDecision(decision, format)}`)];
  });
  return `${lines.join("\n")}\n`;
}

function flatten(node: TraceNode, depth: number): Row[] {
  return [{ depth, span: node.span }, ...node.children.flatMap((child) => flatten(child, depth + 1))];
}

/** An L4 connection outlives the request: it is drawn to the end of the trace. */
function endOf(span: Span, traceEndUs: number): number {
  return Math.min(span.endUs ?? traceEndUs, traceEndUs);
}

function shortName({ hop, name }: Span): string {
  return hop === name || hop === "route53" || hop === "coredns" ? "" : name;
}

function barOf(span: Span, whole: { startUs: number; endUs: number }, width: number): string {
  const at = (us: number) => Math.round(((us - whole.startUs) / (whole.endUs - whole.startUs)) * width);
  const from = Math.min(Math.max(at(span.startUs), 0), width - 1);
  const to = Math.max(at(endOf(span, whole.endUs)), from + 1);
  return `${" ".repeat(from)}${"█".repeat(to - from)}${" ".repeat(width - to)}`;
}

function formatOutcome({ outcome }: Span): string {
  if (outcome.kind === "failed") return `  failed: ${outcome.code}`;
  const code = outcome.kind === "answered" && outcome.code !== undefined ? ` ${outcome.code}` : "";
  return outcome.status === undefined ? code : ` → ${outcome.status}${code}`;
}

/** One decision in words: which record, rule, target, node port, endpoint or pod, and why. */
function formatDecision(decision: Decision, { sourceOf }: Pick<TraceFormat, "sourceOf">): string {
  switch (decision.kind) {
    case "record": {
      const answers = decision.answers.length === 0 ? decision.rcode : decision.answers.join(", ");
      const zone = decision.hostedZone === undefined ? "" : `, hosted zone ${withoutFinalDot(decision.hostedZone)}`;
      return `record    ${withoutFinalDot(decision.name)} ${decision.recordType} → ${answers} (TTL ${decision.ttl} s${zone})`;
    }
    case "rule": {
      const source = decision.origin === undefined ? undefined : sourceOf(decision.origin);
      const origin =
        decision.origin === undefined ? "" : `  ← ${formatOrigin(decision.origin)}${source === undefined ? "" : ` (${source})`}`;
      return `rule      ${decision.priority === "default" ? "default action" : `priority ${decision.priority}`} of listener ${decision.listener}: ${decision.action}${origin}`;
    }
    case "securityGroup": {
      const { securityGroups, rule } = decision;
      return `firewall  ${rule === undefined ? `no inbound rule of ${securityGroups.join(", ")} lets the client in` : `${rule} of ${securityGroups.join(", ")}`}`;
    }
    case "target":
      return `target    ${decision.target} of ${decision.targetGroup} (${decision.health}, ${decision.algorithm} over ${decision.candidates})`;
    case "tls":
      return `tls       ${formatTls(decision)}`;
    case "nodePort":
      return `nodePort  ${decision.nodePort} on ${decision.node} is service ${decision.service}`;
    case "clusterIP":
      return `clusterIP ${decision.clusterIP}:${decision.servicePort} is service ${decision.service}`;
    case "externalIP":
      return `external  ${decision.address}:${decision.servicePort} is service ${decision.service}`;
    case "endpoint":
      return `endpoint  ${decision.endpoint}${decision.pod === undefined ? "" : ` (pod ${decision.pod})`}, 1 of ${decision.candidates} of service ${decision.service}`;
    case "pod":
      return `pod       ${decision.namespace}/${decision.pod}, container ${decision.container}, on ${decision.node}`;
  }
}

function formatTls({ peer, serverName, certificate, version, cipher, alpn, failure }: TlsDecision): string {
  const session = [version, cipher, alpn === undefined ? undefined : `ALPN ${alpn}`].filter((part) => part !== undefined).join(", ");
  const shown = certificate === undefined ? "" : `, certificate ${certificate} for ${serverName ?? "a client without SNI"}`;
  return `${peer}: ${failure === undefined ? session : `handshake failed (${failure})`}${shown}`;
}

function withoutFinalDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
