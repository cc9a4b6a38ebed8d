/** What a target gets of a request's head. ELB guide, "HTTP headers and Application Load Balancers" and "Request tracing". */
import { explicitPort } from "@loopway/http";
import type { HeaderLine } from "./explanation.ts";

export interface ForwardedRequest {
  headers: readonly HeaderLine[];
  /** Host header, as the client sent it or as a transform left it. */
  authority: string;
  protocol: "http" | "https";
  listenerPort: number;
  sourceIp: string;
}

/** The load balancer's own fields; the id is made for each request. */
const OWN = new Set(["host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"]);
const TRACE_ID = "1-<8 hex digits of the time>-<24 hex digits>";

export function headersAtTarget({ headers, authority, protocol, listenerPort, sourceIp }: ForwardedRequest): HeaderLine[] {
  const sent = (wanted: string) => headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
  const [traceId] = sent("x-amzn-trace-id");
  return [
    { name: "Host", value: hostFor(authority, listenerPort) },
    ...headers.filter(({ name }) => !OWN.has(name.toLowerCase())),
    { name: "X-Forwarded-For", value: [...sent("x-forwarded-for"), sourceIp].join(", ") },
    { name: "X-Forwarded-Proto", value: protocol },
    { name: "X-Forwarded-Port", value: String(listenerPort) },
    { name: "X-Amzn-Trace-Id", value: traceId === undefined ? `Root=${TRACE_ID}` : `Self=${TRACE_ID};${traceId}` },
  ];
}

/** preserve_host_header off: the port is stripped where it is the scheme's own, and added on any other listener. */
function hostFor(authority: string, listenerPort: number): string {
  const given = explicitPort(authority);
  if (listenerPort !== 80 && listenerPort !== 443) return given === undefined ? `${authority}:${listenerPort}` : authority;
  return given === listenerPort ? authority.slice(0, authority.lastIndexOf(":")) : authority;
}
