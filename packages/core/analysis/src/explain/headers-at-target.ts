/** What a target gets of a request's head. ELB guide, "HTTP headers and Application Load Balancers" and "Request tracing". */
import { buildTraceHeader, FORWARDED_FIELDS, hostAtTarget, joinForwardedFor } from "@loopway/http";
import type { HeaderLine } from "./explanation.ts";

export interface ForwardedRequest {
  headers: readonly HeaderLine[];
  /** Host header, as the client sent it or as a transform left it. */
  authority: string;
  protocol: "http" | "https";
  listenerPort: number;
  sourceIp: string;
}

/** Made for each request. */
const TRACE_ID = "1-<8 hex digits of the time>-<24 hex digits>";

export function headersAtTarget({ headers, authority, protocol, listenerPort, sourceIp }: ForwardedRequest): HeaderLine[] {
  const sent = (wanted: string) => headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
  const isOwn = (name: string) => name === "host" || FORWARDED_FIELDS.has(name);
  return [
    { name: "Host", value: hostAtTarget(authority, listenerPort) },
    ...headers.filter(({ name }) => !isOwn(name.toLowerCase())),
    { name: "X-Forwarded-For", value: joinForwardedFor(sent("x-forwarded-for").join(", "), sourceIp) },
    { name: "X-Forwarded-Proto", value: protocol },
    { name: "X-Forwarded-Port", value: String(listenerPort) },
    { name: "X-Amzn-Trace-Id", value: buildTraceHeader(sent("x-amzn-trace-id")[0], TRACE_ID).value },
  ];
}
