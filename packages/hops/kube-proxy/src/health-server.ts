import { createServer, type Server } from "node:net";
import type { HealthCheck } from "./service-table.ts";

/** Of a request: more than any health checker sends. */
const MAX_HEAD_BYTES = 8192;

/** Answers what healthCheckNodePort is asked, whatever the path (pkg/proxy/healthcheck/service_health.go). Undefined: the Service is gone. */
export function createHealthServer(current: () => HealthCheck | undefined): Server {
  return createServer((socket) => {
    let head = "";
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      head += bytes.toString("latin1");
      if (head.includes("\r\n\r\n")) socket.end(formatAnswer(current()));
      else if (head.length > MAX_HEAD_BYTES) socket.destroy();
    });
  });
}

/** One answer for each connection: checkers come once in seconds. */
function formatAnswer(check: HealthCheck | undefined): string {
  const { namespace = "", name = "", localEndpoints = 0 } = check ?? {};
  const body = JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: true }, undefined, "\t");
  const status = localEndpoints > 0 ? "200 OK" : "503 Service Unavailable";
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nX-Content-Type-Options: nosniff\r\nX-Load-Balancing-Endpoint-Weight: ${localEndpoints}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}
