/** What echo-basic answers (kubernetes-sigs/gateway-api, conformance/echo-basic): a pure function from a request to an answer. */
import { parseGoDuration } from "./go-duration.ts";

/** The request line and headers as they arrived. */
export interface EchoRequest {
  target: string;
  host: string;
  method: string;
  proto: string;
  /** Name, value, name, value ... in order of arrival. */
  rawHeaders: readonly string[];
}

/** Where the container runs; echo-basic reads these from its environment. */
export interface EchoContext {
  httpPort: string;
  namespace: string;
  ingress: string;
  service: string;
  pod: string;
  /** Paths that the pod's own probes ask for. */
  probePaths: ReadonlySet<string>;
}

export interface EchoAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  delayMs: number;
  /** The request was echoed, which the container logs. */
  isEcho: boolean;
}

const JSON_HEADERS = { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" } as const;

/**
 * `/health` and `/status/NNN` are paths of their own, everything else is echoed. A path that a probe of the pod asks for is echoed whatever
 * it is, so that it answers 200, unless it asks for a status by number.
 */
export function echo(request: EchoRequest, context: EchoContext): EchoAnswer {
  const [rawPath = "", query = ""] = splitOnce(request.target, "?");
  // As echo-basic: two slashes count as one for choosing what to answer, never in what is echoed.
  const path = rawPath.replaceAll("//", "/");
  if (path === "/health") return plain(200, { "Content-Type": "text/plain; charset=utf-8" }, "OK");
  const status = /^\/status\/([2-9]\d\d)$/.exec(request.target)?.[1];
  if (status !== undefined) return plain(Number(status));
  if (path.startsWith("/status/") && !context.probePaths.has(rawPath)) return plain(400);

  const delay = new URLSearchParams(query).get("delay") ?? "";
  const delayMs = delay === "" ? 0 : parseGoDuration(delay);
  if (delayMs === undefined) return plain(500, JSON_HEADERS, formatJson({ message: `time: invalid duration "${delay}"` }, 0));
  const headers = groupHeaders(request.rawHeaders);
  const { httpPort, namespace, ingress, service, pod } = context;
  const { target, host, method, proto } = request;
  const body = formatJson({ path: target, host, method, proto, headers, httpPort, namespace, ingress, service, pod }, 1);
  const wished = wishedHeaders(headers["X-Echo-Set-Header"] ?? []);
  return { status: 200, headers: { ...wished, ...JSON_HEADERS }, body, delayMs, isEcho: true };
}

function plain(status: number, headers: Record<string, string> = {}, body = ""): EchoAnswer {
  return { status, headers, body, delayMs: 0, isEcho: false };
}

/** Values by canonical name, sorted by name, without Host and Transfer-Encoding: Go's http.Request.Header as encoding/json writes it. */
export function groupHeaders(rawHeaders: readonly string[]): Record<string, string[]> {
  const valuesByName = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = canonicalName(rawHeaders[i] ?? "");
    if (name === "Host" || name === "Transfer-Encoding") continue;
    const values = valuesByName.get(name);
    if (values === undefined) valuesByName.set(name, [rawHeaders[i + 1] ?? ""]);
    else values.push(rawHeaders[i + 1] ?? "");
  }
  return Object.fromEntries([...valuesByName].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** x-amzn-TRACE-id → X-Amzn-Trace-Id. Go, textproto.CanonicalMIMEHeaderKey. */
function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** `K:V,K2:V2`: names keep their case, repeated ones are joined with a comma. A name or value that HTTP forbids is left out. */
function wishedHeaders(wishes: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const wish of wishes.flatMap((list) => list.split(","))) {
    const [name = "", value = ""] = splitOnce(wish.trim(), ":");
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) continue;
    headers[name] = name in headers ? `${headers[name]},${value.trim()}` : value;
  }
  return headers;
}

/** JSON as Go writes it: these characters escaped, for the sake of HTML. */
function formatJson(value: unknown, indent: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function splitOnce(text: string, separator: string): [string] | [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
