/** Request heads: RFC 9112 section 3, refused as an ALB in desync mitigation mode "defensive" or stricter would. */
import { SPACE, tokenTable } from "./characters.ts";
import { parseFields } from "./fields.ts";
import { type Framing, framingOf } from "./framing.ts";
import { CHUNKED, type Deviation, type Headers, headerValue, type Refusal, type RequestHead, refuse } from "./head.ts";
import { isAuthority, parseTarget, type TargetParts } from "./target.ts";

/** ALB quotas: request line 16 K, all headers 64 K. */
const MAX_REQUEST_LINE = 16 * 1024;
export const MAX_REQUEST_HEAD = 64 * 1024;

type RequestLine = Pick<RequestHead, "method" | "target" | "minorVersion"> & { kind: "line"; isOddVersion: boolean; parts: TargetParts };

/** `text` is a whole head in latin1, from the request line to the blank line. */
export function parseRequestHead(text: string): RequestHead | Refusal {
  const lineEnd = text.indexOf("\r\n");
  const line = parseRequestLine(text.slice(0, lineEnd));
  if (line.kind === "refusal") return line;
  if (text.length > MAX_REQUEST_HEAD) return refuse(400, "HeadTooLarge");
  const headers: Headers = { names: [], keys: [], values: [] };
  const problem = parseFields(text, lineEnd + 2, headers);
  if (problem !== undefined) return refuse(400, problem);
  const authority = authorityOf(line, headers);
  if (authority === undefined) return refuse(400, "BadHost");
  const framing = framingOf(headers);
  // TE has no meaning in HTTP/1.0: RFC 9112 section 6.1 calls such a message's framing faulty.
  if (framing.length === CHUNKED && line.minorVersion === 0) framing.problem ??= "BadTransferEncoding";
  if (framing.problem !== undefined) return refuse(framing.problem === "UnsupportedTransferEncoding" ? 501 : 400, framing.problem);
  return {
    kind: "request",
    method: line.method,
    target: line.target,
    form: line.parts.form,
    path: line.parts.path,
    query: line.parts.query,
    authority,
    minorVersion: line.minorVersion,
    names: headers.names,
    keys: headers.keys,
    values: headers.values,
    framing: framing.length ?? 0,
    deviation: deviationOf(line, framing),
    isPersistent: !framing.hasClose && (line.minorVersion === 1 || framing.hasKeepAlive),
    upgrade: framing.upgrade,
    connectionNames: framing.connectionNames,
    sizeBytes: text.length,
  };
}

/**
 * Refuses what is wrong already in a head that is not complete yet, so that a client that never sends the blank line (bare line feeds,
 * TLS on a plain port, HTTP/0.9) gets its answer now and not after the idle time-out.
 */
export function refuseIncomplete(text: string): Refusal | undefined {
  const lineEnd = text.indexOf("\r\n");
  if (lineEnd < 0) {
    if (text.length > MAX_REQUEST_LINE) return refuse(414, "RequestLineTooLong");
    return /^[^!-~]|[\0\n]|\r./.test(text) ? refuse(400, "BadMethod") : undefined;
  }
  const line = parseRequestLine(text.slice(0, lineEnd));
  if (line.kind === "refusal") return line;
  if (text.length > MAX_REQUEST_HEAD) return refuse(400, "HeadTooLarge");
  const lastEnd = text.lastIndexOf("\r\n") + 2;
  const problem = parseFields(`${text.slice(0, lastEnd)}\r\n`, lineEnd + 2, { names: [], keys: [], values: [] });
  if (problem !== undefined) return refuse(400, problem);
  return /^[ \t]|[\0\n]|\r./.test(text.slice(lastEnd)) ? refuse(400, "BadHeader") : undefined;
}

function parseRequestLine(line: string): RequestLine | Refusal {
  if (line.length > MAX_REQUEST_LINE) return refuse(414, "RequestLineTooLong");
  let methodEnd = 0;
  while (tokenTable[line.charCodeAt(methodEnd)] === 1) methodEnd++;
  if (methodEnd === 0 || line.charCodeAt(methodEnd) !== SPACE) return refuse(400, "BadMethod");
  const versionStart = line.lastIndexOf(" ") + 1;
  const target = line.slice(methodEnd + 1, versionStart - 1);
  const version = line.slice(versionStart);
  // HTTP/1.2 is read as 1.1: same major version (RFC 9110 section 2.5).
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0" && !/^HTTP\/1\.[2-9]$/.test(version)) {
    return /^HTTP\/[02-9]\.[0-9]$/.test(version) ? refuse(505, "UnsupportedVersion") : refuse(400, "BadVersion");
  }
  const method = line.slice(0, methodEnd);
  const parts = target === "" ? undefined : parseTarget(target, method);
  if (parts === undefined) return refuse(400, "BadUri");
  const minorVersion = version === "HTTP/1.0" ? 0 : 1;
  return { kind: "line", method, target, minorVersion, isOddVersion: version > "HTTP/1.1", parts };
}

/** RFC 9112 section 3.2: exactly one valid Host in HTTP/1.1; the target's authority goes before it. Undefined: refuse. */
function authorityOf(line: RequestLine, headers: Headers): string | undefined {
  const index = headers.keys.indexOf("host");
  if (index < 0) return line.minorVersion === 1 ? undefined : (line.parts.authority ?? "");
  const host = headers.values[index] ?? "";
  if (headers.keys.indexOf("host", index + 1) >= 0 || !isAuthority(host)) return undefined;
  return line.parts.authority ?? host;
}

function deviationOf(line: RequestLine, framing: Framing): Deviation | undefined {
  if (framing.length !== undefined && (line.method === "GET" || line.method === "HEAD")) {
    if (framing.length === CHUNKED) return { tier: "Ambiguous", reason: "UndefinedTransferEncodingSemantics" };
    if (framing.length > 0) return { tier: "Ambiguous", reason: "UndefinedContentLengthSemantics" };
    return { tier: "Acceptable", reason: "GetHeadZeroContentLength" };
  }
  return line.isOddVersion ? { tier: "Acceptable", reason: "NonCompliantVersion" } : undefined;
}

/** The target names an authority and Host another one (default ports and case aside). RFC 9112 section 3.2.2 lets a server refuse. */
export function hasTwoAuthorities(head: RequestHead): boolean {
  const host = headerValue(head, "host");
  if (head.form !== "absolute" || host === undefined || host === head.authority) return false;
  const standardPort = head.target.slice(0, 5).toLowerCase() === "https" ? ":443" : ":80";
  const normalise = (authority: string) => {
    const lower = authority.toLowerCase().replace(/:$/, "");
    return lower.endsWith(standardPort) ? lower.slice(0, -standardPort.length) : lower;
  };
  return normalise(host) !== normalise(head.authority);
}
