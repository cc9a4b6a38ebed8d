import type { AddressInfo } from "node:net";
import type { Hop } from "@loopway/hop-kit";
import { type Address, bindingKey, type ProcessConfig, type Protocol, type Span } from "@loopway/model";
import { onTestFinished } from "vitest";

export interface LocalHop extends Hop {
  spans: Span[];
  /** From here on this virtual address is dialled there. */
  place(protocol: Protocol, virtual: Address, bound: Address): void;
  drain(): Promise<void>;
}

/** A hop inside the test's process: every address is mapped to a free port of 127.0.0.1. */
export function localHop(settings: Record<string, unknown>): LocalHop {
  const book = new Map<string, Address>();
  const spans: Span[] = [];
  const drains: (() => Promise<void> | void)[] = [];
  const place = (protocol: Protocol, virtual: Address, bound: Address) => void book.set(bindingKey(protocol, virtual), bound);
  return {
    config: { kind: "client", name: "client", instance: 0, settings } as unknown as ProcessConfig,
    spans,
    place,
    nowUs: () => Math.round(performance.now() * 1000),
    listen: async (server, virtual) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      const { address, port } = server.address() as AddressInfo;
      place("tcp", virtual, { address, port });
      return { address, port };
    },
    listenUdp: () => Promise.reject(new Error("a client listens on TCP only")),
    resolve: (protocol, virtual) => book.get(bindingKey(protocol, virtual)) ?? virtual,
    watch: () => Promise.reject(new Error("a client watches nothing")),
    patchStatus: () => undefined,
    report: (span) => void spans.push(span),
    ready: () => undefined,
    onDrain: (drain) => void drains.push(drain),
    drain: async () => {
      for (const drain of drains) await drain();
    },
  };
}
