import type { AddressInfo, Server } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import type { Address, KubeObject, ProcessConfig, Span } from "@loopway/model";
import { onTestFinished } from "vitest";

type OnChange = Parameters<Hop["watch"]>[1];
type Snapshot = Parameters<OnChange>[0];

export interface LocalHop extends Hop {
  spans: Span[];
  /** Every successful listen, in order. */
  listened: Address[];
  change(objects: readonly KubeObject[]): void;
  drain(): Promise<void>;
}

/** A hop inside the test's process, at its virtual addresses; `objects` is what the API holds. */
export function localHop(name: string, objects: readonly KubeObject[]): LocalHop {
  const spans: Span[] = [];
  const listened: Address[] = [];
  const drains: (() => Promise<void> | void)[] = [];
  const servers: Server[] = [];
  let notify: OnChange = () => undefined;
  const snapshotOf = (all: readonly KubeObject[]) =>
    ({ get: () => undefined, list: (kind: string) => all.filter((object) => object.kind === kind) }) as unknown as Snapshot;
  onTestFinished(() => {
    for (const server of servers) server.close();
  });
  return {
    config: { kind: "kube-proxy", name, settings: {} } as unknown as ProcessConfig,
    spans,
    listened,
    nowUs: () => Math.round(performance.now() * 1000),
    listen: async (server, virtual) => {
      servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(virtual.port, virtual.address, resolve);
      });
      listened.push(virtual);
      const { address, port } = server.address() as AddressInfo;
      return { address, port };
    },
    listenUdp: () => Promise.reject(new Error("TCP only")),
    resolve: (_protocol, virtual) => virtual,
    watch: async (_selections, onChange) => {
      notify = onChange;
      onChange(snapshotOf(objects));
      return snapshotOf(objects);
    },
    change: (next) => notify(snapshotOf(next)),
    patchStatus: () => undefined,
    report: (span) => void spans.push(span),
    ready: () => undefined,
    onDrain: (drain) => void drains.push(drain),
    drain: async () => {
      for (const drain of drains) await drain();
    },
  };
}
