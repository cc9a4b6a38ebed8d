import { connect as connectSocket } from "node:net";
import type { Asked } from "./probe.ts";

const SERVING = 1;

/**
 * Asks grpc.health.v1.Health/Check whether the service ("": the server) is SERVING, in plain text as the kubelet does. Never rejects.
 * grpc/grpc, doc/health-checking.md; PROTOCOL-HTTP2.md for the frames: one byte of flags, four of length, the message.
 */
export function askGrpcHealth(service: string, { virtual, resolve, from, timeoutMs }: Asked): Promise<boolean> {
  const { address, port } = resolve(virtual);
  // Only pods with gRPC probes pay for HTTP/2.
  const { connect } = process.getBuiltinModule("node:http2");
  return new Promise((settle) => {
    const local = from === undefined ? {} : { localAddress: from };
    const session = connect(`http://${address}:${port}`, { createConnection: () => connectSocket({ host: address, port, ...local }) });
    const timer = setTimeout(() => end(false), timeoutMs);
    const end = (isSuccess: boolean) => {
      clearTimeout(timer);
      session.destroy();
      settle(isSuccess);
    };
    session.on("error", () => end(false));
    const call = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "kube-probe/1.34",
    });
    const chunks: Buffer[] = [];
    call.on("data", (chunk: Buffer) => chunks.push(chunk));
    call.on("error", () => end(false));
    call.on("end", () => end(servingStatus(Buffer.concat(chunks)) === SERVING));
    call.end(frame(requestMessage(service)));
  });
}

/** HealthCheckRequest { string service = 1; } */
function requestMessage(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
}

function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** HealthCheckResponse { ServingStatus status = 1; }: a varint, absent when 0 (UNKNOWN). */
function servingStatus(framed: Buffer): number {
  return framed.length >= 7 && framed[5] === 0x08 ? (framed[6] ?? 0) : 0;
}
