import type { Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import type { Address, KubeObject, ProcessConfig, Span } from "@loopway/model";
import { onTestFinished } from "vitest";

type OnChange = Parameters<Hop["watch"]>[1];

export interface LocalHop extends Hop {
  /** Where both protocols were bound. */
  bound: Address;
  isReady: boolean;
  spans: Span[];
  patches: { object: KubeObject; status: unknown }[];
  /** Replaces all objects, as a watch would tell. */
  show(objects: readonly KubeObject[]): void;
  drain(): Promise<void>;
}

/** Linux has all of 127.0.0.0/8; an address of its own keeps the port that UDP was given free for TCP as well. */
const address = process.platform === "linux" ? "127.0.53.53" : "127.0.0.1";

/** A hop inside the test's process: real sockets on a free port, one number for UDP and TCP; objects, spans and patches are lists. */
export function localHop(objects: readonly KubeObject[]): LocalHop {
  const drains: (() => Promise<void> | void)[] = [];
  let tell: OnChange | undefined;
  let shown = objects;
  const snapshot: Parameters<OnChange>[0] = {
    get: <T extends KubeObject>(kind: string, namespace: string | undefined, name: string) =>
      shown.find(({ kind: own, metadata }) => own === kind && metadata.namespace === namespace && metadata.name === name) as T | undefined,
    list: <T extends KubeObject>(kind: string) => shown.filter((object) => object.kind === kind) as T[],
  };
  const hop: LocalHop = {
    config: { kind: "route53", name: "route53", instance: 0, settings: {} } as unknown as ProcessConfig,
    bound: { address, port: 0 },
    isReady: false,
    spans: [],
    patches: [],
    nowUs: () => Math.round(performance.now() * 1000),
    listen: async (server: Server) => {
      server.listen(hop.bound.port, address);
      await once(server, "listening");
      onTestFinished(() => void server.close());
      hop.bound = { address, port: (server.address() as AddressInfo).port };
      return hop.bound;
    },
    listenUdp: async (socket: UdpSocket) => {
      socket.bind(hop.bound.port, address);
      await once(socket, "listening");
      hop.bound = { address, port: socket.address().port };
      return hop.bound;
    },
    resolve: (_protocol, virtual) => virtual,
    watch: async (_selections, onChange) => {
      tell = onChange;
      onChange(snapshot);
      return snapshot;
    },
    show: (next) => {
      shown = next;
      tell?.(snapshot);
    },
    patchStatus: (object, status) => void hop.patches.push({ object, status }),
    report: (span) => void hop.spans.push(span),
    ready: () => {
      hop.isReady = true;
    },
    onDrain: (drain) => void drains.push(drain),
    drain: async () => {
      for (const drain of drains.splice(0)) await drain();
    },
  };
  onTestFinished(() => hop.drain());
  return hop;
}
