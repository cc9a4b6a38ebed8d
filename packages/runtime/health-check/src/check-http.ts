import { connect } from "node:net";
import type { HealthCheckResult } from "@loopway/balancing";
import { MAX_RESPONSE_HEAD, parseResponseHead } from "@loopway/http";
import { codeMatches } from "./matcher.ts";

export interface HttpCheck {
  address: string;
  port: number;
  /** Host header: the target's own address and port. */
  host: string;
  path: string;
  timeoutMs: number;
  matcher: string;
  /** Sent first: the header of the PROXY protocol. */
  preamble?: Uint8Array;
}

/** One health check over a connection of its own. Redirects are not followed: ELB guide, "Health checks for target groups". */
export function checkHttp({ address, port, host, path, timeoutMs, matcher, preamble }: HttpCheck): Promise<HealthCheckResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, noDelay: true });
    const timer = setTimeout(() => conclude({ kind: "timeout" }), timeoutMs);
    let text = "";
    const conclude = (result: HealthCheckResult) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    if (preamble !== undefined) socket.write(preamble);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\n\r\n`,
    );
    socket.on("error", () => conclude({ kind: "failed" }));
    socket.on("close", () => conclude({ kind: "failed" }));
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n") + 4;
      if (end < 4 && text.length <= MAX_RESPONSE_HEAD) return;
      const status = parseResponseHead(text.slice(0, Math.max(end, 0)))?.status;
      if (status === undefined) conclude({ kind: "failed" });
      else conclude(codeMatches(matcher, status) ? { kind: "passed" } : { kind: "code", code: status });
    });
  });
}
