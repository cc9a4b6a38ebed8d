import type { Server } from "node:http";
import type { Address } from "@loopway/model";
import type { Api } from "../api/answer-request.ts";
import { buildServer } from "./build-server.ts";
import { listenUnix } from "./unix-listener.ts";

export interface ServedApi {
  /** Adds the listener for kubectl and writes the kubeconfig that leads to it. */
  serveClients(stateDir: string, wishedPort: number): Promise<Address>;
  /** Ends watches and waits for the requests under way. */
  close(): Promise<void>;
}

/** Serves our own processes on the unix socket; resolves when it accepts. */
export async function serveApi(api: Api, socketPath: string): Promise<ServedApi> {
  const { app, endWatches } = await buildServer(api);
  const servers: Pick<Server, "close" | "closeIdleConnections">[] = [await listenUnix(app, socketPath)];
  return {
    serveClients: async (stateDir, wishedPort) => {
      const [{ listenSecure }, { loadCredentials, writeKubeconfig }] = await Promise.all([
        import("./secure-listener.ts"),
        import("./credentials.ts"),
      ]);
      const credentials = await loadCredentials(stateDir);
      const { server, bound } = await listenSecure(app, credentials, wishedPort);
      servers.push(server);
      writeKubeconfig(stateDir, bound, credentials);
      return bound;
    },
    close: async () => {
      endWatches();
      await Promise.all(servers.map((server) => closeServer(server)));
      await app.close();
    },
  };
}

function closeServer(server: Pick<Server, "close" | "closeIdleConnections">): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
