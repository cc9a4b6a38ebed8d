import { connect } from "node:net";
import type { HealthCheckResult } from "@loopway/balancing";

export interface TcpCheck {
  address: string;
  port: number;
  timeoutMs: number;
  preamble?: Uint8Array;
}

/** Passed as soon as the connection stands. NLB guide, "Health checks for target groups". */
export function checkTcp({ address, port, timeoutMs, preamble }: TcpCheck): Promise<HealthCheckResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const conclude = (result: HealthCheckResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      conclude({ kind: "timeout" });
      socket.destroy();
    }, timeoutMs);
    socket.on("error", () => conclude({ kind: "failed" }));
    socket.on("connect", () => {
      conclude({ kind: "passed" });
      if (preamble !== undefined) socket.write(preamble);
      socket.resume().end();
    });
  });
}
