import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { createHttpApi } from "./http-api.ts";
import { receiveSpans } from "./receive-spans.ts";
import { createSpanStore } from "./span-store.ts";

export interface CollectorOptions {
  /** Hops write spans to this socket, one JSON document per line. */
  spanSocket: string;
  /** Questions are asked on this one, over HTTP. */
  httpSocket: string;
  nowUs(): number;
}

/** Ten thousand requests through five hops. */
const CAPACITY = 50_000;

/** Opens both sockets, for this user alone; resolves to what closes them. */
export async function serve({ spanSocket, httpSocket, nowUs }: CollectorOptions): Promise<() => void> {
  const store = createSpanStore(CAPACITY);
  const callbacks = new Set<() => void>();
  let malformed = 0;
  const spanServer = createServer((socket) =>
    receiveSpans(socket, {
      span: store.add,
      malformed: () => void malformed++,
      batchEnded: () => {
        for (const callback of callbacks) callback();
      },
    }),
  );
  const httpServer = createHttpApi({
    store,
    nowUs,
    malformed: () => malformed,
    onSpans: (callback) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  });
  await listen(spanServer, spanSocket);
  await listen(httpServer, httpSocket);
  return () => {
    spanServer.close();
    httpServer.close();
    httpServer.closeAllConnections();
  };
}

/** A socket file that a killed predecessor left behind would be in the way. */
async function listen(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
  chmodSync(path, 0o600);
}
