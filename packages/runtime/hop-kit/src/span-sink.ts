import { connect, type Socket } from "node:net";
import type { Span } from "@loopway/model";
import { log } from "./log.ts";

export interface SpanSink {
  /** Never blocks and never fails: beyond the queue's bound, or while the collector is away for long, spans are dropped and counted. */
  report(span: Span): void;
  /** Writes what is queued, as far as the collector takes it within a moment; then closes. */
  flush(): Promise<void>;
}

const BATCH_MS = 10;
/** Some 5 MB of spans: ten seconds without a collector at a thousand requests per second. */
const MAX_QUEUED = 10_000;
const RECONNECT_MS = 100;
const FLUSH_LIMIT_MS = 300;

/** One JSON document per line over the collector's unix socket, in batches; connects with the first span and for ever again. */
export function createSpanSink(collectorSocket: string): SpanSink {
  // Lines, not objects: what lives until the next batch is copied by the garbage collector, and a string is one thing to copy.
  let lines = "";
  let queued = 0;
  let dropped = 0;
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;

  const write = () => {
    timer = undefined;
    if (queued === 0) return;
    if (socket === undefined) socket = dial();
    // Connecting, or the collector reads slower than we write: "connect" and "drain" call again.
    if (socket.connecting || socket.writableNeedDrain) return;
    socket.write(lines);
    lines = "";
    queued = 0;
  };
  const schedule = (delayMs: number) => {
    timer ??= setTimeout(write, delayMs).unref();
  };
  const dial = () => {
    const fresh = connect(collectorSocket);
    fresh.on("connect", write).on("drain", write).resume();
    fresh.on("error", () => undefined);
    fresh.on("close", () => {
      if (socket === fresh) socket = undefined;
      if (queued > 0) schedule(RECONNECT_MS);
    });
    fresh.unref();
    return fresh;
  };

  return {
    report: (span) => {
      if (queued >= MAX_QUEUED) {
        dropped++;
        return;
      }
      lines += `${JSON.stringify(span)}\n`;
      queued++;
      schedule(BATCH_MS);
    },
    flush: async () => {
      clearTimeout(timer);
      write();
      if (socket !== undefined) await end(socket);
      if (dropped > 0) log(`${dropped} spans were dropped: the collector did not keep up`);
    },
  };
}

/** Resolves when the socket has closed after its last byte, or after FLUSH_LIMIT_MS. */
function end(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), FLUSH_LIMIT_MS);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (socket.connecting) socket.once("connect", () => socket.end());
    else socket.end();
  });
}
