/** The head that a target gets. ELB guide, "HTTP headers and Application Load Balancers" and "Request tracing". */
import { appendForwardedFor, FORWARDED_FIELDS, formatRequestHead, hostAtTarget, type RequestHead, type TraceHeader } from "@loopway/http";

/** Where a request came in. */
export interface Entrance {
  listenerPort: number;
  clientAddress: string;
  /** Stands for the Host that an HTTP/1.0 request need not have. */
  localAddress: string;
}

/** Undefined when X-Forwarded-For holds more addresses than an ALB takes (463). */
export function buildTargetHead(head: RequestHead, trace: TraceHeader, entrance: Entrance): string | undefined {
  const forwardedFor = appendForwardedFor(head, entrance.clientAddress);
  if (forwardedFor === undefined) return undefined;
  return formatRequestHead(head, {
    target: originForm(head),
    host: hostAtTarget(head.authority === "" ? entrance.localAddress : head.authority, entrance.listenerPort),
    without: FORWARDED_FIELDS,
    append:
      `X-Forwarded-For: ${forwardedFor}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: ${entrance.listenerPort}\r\n` +
      `X-Amzn-Trace-Id: ${trace.value}\r\n`,
  });
}

/** An absolute-form target goes on as a path; its host has replaced that of Host. */
function originForm(head: RequestHead): string {
  if (head.form !== "absolute") return head.target;
  return head.query === undefined ? head.path : `${head.path}?${head.query}`;
}
