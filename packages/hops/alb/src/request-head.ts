/** The head that a target gets. ELB guide, "HTTP headers and Application Load Balancers" and "Request tracing". */
import { appendForwardedFor, explicitPort, formatRequestHead, type RequestHead, type TraceHeader } from "@loopway/http";

/** Fields that the load balancer writes itself. */
const replaced: ReadonlySet<string> = new Set(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"]);

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
    host: hostFor(head.authority === "" ? entrance.localAddress : head.authority, entrance.listenerPort),
    without: replaced,
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

/** preserve_host_header off: on port 80 the port is stripped, on any other it is added where the client left it out. */
export function hostFor(authority: string, listenerPort: number): string {
  const given = explicitPort(authority);
  if (listenerPort !== 80) return given === undefined ? `${authority}:${listenerPort}` : authority;
  return given === 80 ? authority.slice(0, authority.lastIndexOf(":")) : authority;
}
