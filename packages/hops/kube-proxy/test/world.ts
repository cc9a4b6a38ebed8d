import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import type { KubeObject } from "@loopway/model";
import { onTestFinished } from "vitest";
import { endpointOf, nodeOf, serviceOf, sliceOf } from "./objects.ts";

/** An address block of this test process alone, so that fixed ports are free in it. */
export const block = `127.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
export const [nodeIP, clusterIP, podA, podB] = [`${block}.10`, `${block}.5`, `${block}.20`, `${block}.21`];
const node = nodeOf("node-a", nodeIP);
export const web = serviceOf("web", { type: "NodePort", clusterIP, ports: [{ port: 80, nodePort: 30080 }] }, "41");
export const both = sliceOf("web", { endpoints: [endpointOf(podA), endpointOf(podB)] }, "42");
export const onlyA = sliceOf("web", { endpoints: [endpointOf(podA)] }, "42");
export const onlyB = sliceOf("web", { endpoints: [endpointOf(podB)] }, "43");

/** The proxy of one node, at its virtual addresses; the API holds the node, the Service `web` and these. */
export function hopOf(name: string, ...objects: KubeObject[]): LocalHop {
  return localHop({ kind: "kube-proxy", name, addresses: "identity" }, [node, web, ...objects]);
}

/** A pod that says its address, then echoes; it keeps the addresses that it saw. */
export async function startPod(address: string): Promise<string[]> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    seen.push(socket.remoteAddress ?? "");
    socket.on("error", () => undefined).write(`${address}\n`);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(3000, address, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return seen;
}

export function dial(address: string, port: number, localAddress = "127.0.0.1"): Socket {
  const socket = connect({ host: address, port, localAddress }).setEncoding("utf8");
  onTestFinished(() => void socket.destroy());
  return socket;
}

export async function greeting(socket: Socket): Promise<string> {
  const [text] = (await once(socket, "data")) as [string];
  return text.trim();
}

export async function refusal(socket: Socket): Promise<string> {
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  return error.code ?? "";
}
