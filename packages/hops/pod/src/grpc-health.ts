// grpc.health.v1 beside HTTP/1.1 on one port, for pods with gRPC probes only: a connection that begins with HTTP/2's preface is theirs.
import type { Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";

const PREFACE = "PRI";
/** One uncompressed message, HealthCheckResponse { status: SERVING | NOT_SERVING }. */
const answerOf = (isHealthy: boolean) => Buffer.from([0, 0, 0, 0, 2, 0x08, isHealthy ? 1 : 2]);

/** A server for the same port that hands every other connection to `http`. */
export function withGrpcHealth(http: HttpServer, isHealthy: () => boolean): Server {
  const http2 = process.getBuiltinModule("node:http2").createServer();
  http2.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    if (headers[":path"] !== "/grpc.health.v1.Health/Check") {
      // 12: UNIMPLEMENTED
      stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
      return;
    }
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(answerOf(isHealthy()));
  });
  return createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (first) => {
      socket.pause();
      socket.unshift(first);
      const isHttp2 = first.subarray(0, PREFACE.length).toString() === PREFACE;
      (isHttp2 ? http2 : http).emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
}
