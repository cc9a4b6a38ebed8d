// Forwarders that others wrote, with one worker each, if they are installed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Forwarder } from "./region.ts";

interface Peer {
  command: string;
  /** Undefined: what it needs is not there. */
  configure(ports: { port: number; backendPort: number; folder: string }): string | undefined;
  args(file: string): string[];
}

const NGINX_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so";

const peers: Readonly<Record<string, Peer>> = {
  haproxy: {
    command: "haproxy",
    configure: ({ port, backendPort }) => `
global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen bench
  bind 127.0.0.1:${port}
  server backend 127.0.0.1:${backendPort}
`,
    args: (file) => ["-db", "-f", file],
  },
  "nginx stream": {
    command: "nginx",
    configure: ({ port, backendPort, folder }) =>
      existsSync(NGINX_MODULE)
        ? `
load_module ${NGINX_MODULE};
daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
error_log stderr;
events { worker_connections 1024; }
stream { server { listen 127.0.0.1:${port}; proxy_pass 127.0.0.1:${backendPort}; } }
`
        : undefined,
    args: (file) => ["-c", file],
  },
};

/** Says loudly which are left out. */
export function installedPeers(): string[] {
  return Object.entries(peers).flatMap(([name, { command, configure }]) => {
    const isThere = isOnPath(command) && configure({ port: 0, backendPort: 0, folder: "" }) !== undefined;
    if (!isThere) console.error(`SKIPPED: ${name} is not installed; it is not measured`);
    return isThere ? [name] : [];
  });
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command));
      return true;
    } catch {
      return false;
    }
  });
}

export function startPeer(
  name: string,
  ports: { port: number; backendPort: number; folder: string },
): Forwarder & { stop(): Promise<void> } {
  const peer = peers[name];
  const config = peer?.configure(ports);
  if (peer === undefined || config === undefined) throw new Error(`there is no peer ${name}`);
  const file = join(ports.folder, `${peer.command}.conf`);
  writeFileSync(file, config);
  const child = spawn(peer.command, peer.args(file), { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const kill = () => child.kill("SIGTERM");
  process.once("exit", kill);
  return {
    pid: child.pid ?? 0,
    address: "127.0.0.1",
    port: ports.port,
    stop: async () => {
      process.off("exit", kill);
      kill();
      await ended;
    },
  };
}
