import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { traceRoot } from "@loopway/http";
import type { PodPort } from "@loopway/kube";
import type { Pod, Span } from "@loopway/model";

/** What is kept of a connection while it lives: a socket forgets its addresses when it closes. */
export interface Connection {
  socket: Socket;
  local: string;
  remote: string;
  /** So many came before the next one: its ordinal. */
  requests: number;
  /** Bytes that spans of this connection have told so far. */
  reportedIn: number;
  reportedOut: number;
}

export interface EndedRequest {
  pod: Pod;
  port: PodPort;
  connection: Connection;
  request: IncomingMessage;
  response: ServerResponse;
  ordinal: number;
  startUs: number;
  endUs: number;
}

/** The span of one request; its bytes are those that moved on the connection since the span before it. */
export function podSpan({ pod, port, connection, request, response, ordinal, startUs, endUs }: EndedRequest): Span {
  const { socket, local, remote } = connection;
  const { name, namespace = "default" } = pod.metadata;
  const bytesIn = socket.bytesRead - connection.reportedIn;
  const bytesOut = socket.bytesWritten - connection.reportedOut;
  connection.reportedIn += bytesIn;
  connection.reportedOut += bytesOut;
  const root = traceRoot(request.headers["x-amzn-trace-id"]?.toString());
  return {
    hop: "pod",
    name,
    downstream: { protocol: "tcp", local, remote, ordinal },
    upstreams: [],
    startUs,
    endUs,
    decisions: [{ kind: "pod", pod: name, namespace, container: port.container, node: pod.spec.nodeName ?? "" }],
    outcome: response.writableFinished ? { kind: "answered", status: response.statusCode } : { kind: "failed", code: "E_ABORTED" },
    bytesIn,
    bytesOut,
    summary: `${request.method} ${request.url}`,
    ...(root === undefined ? {} : { root }),
  };
}
