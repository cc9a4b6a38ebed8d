import type { AddressInfo } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import { type Address, bindingKey, type ProcessConfig, type Span } from "@loopway/model";
import { onTestFinished } from "vitest";

export interface LocalHop extends Hop {
  spans: Span[];
  bound(virtual: Address): Address;
  drain(): Promise<void>;
}

/** A hop inside the test's process: every address is mapped to a free port of 127.0.0.1, spans are kept in a list. */
export function localHop(settings: Record<string, unknown>): LocalHop {
  const book = new Map<string, Address>();
  const spans: Span[] = [];
  const drains: (() => Promise<void> | void)[] = [];
  const config = { kind: "pod", name: "web-1", settings } as unknown as ProcessConfig;
  const bound = (virtual: Address) => book.get(bindingKey("tcp", virtual)) ?? virtual;
  return {
    config,
    spans,
    bound,
    nowUs: () => Math.round(performance.now() * 1000),
    listen: async (server, virtual) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      const { address, port } = server.address() as AddressInfo;
      book.set(bindingKey("tcp", virtual), { address, port });
      return { address, port };
    },
    listenUdp: () => Promise.reject(new Error("a pod listens on TCP only")),
    resolve: (_protocol, virtual) => bound(virtual),
    watch: () => Promise.reject(new Error("a pod watches nothing")),
    patchStatus: () => undefined,
    report: (span) => void spans.push(span),
    ready: () => undefined,
    onDrain: (drain) => void drains.push(drain),
    drain: async () => {
      for (const drain of drains) await drain();
    },
  };
}
