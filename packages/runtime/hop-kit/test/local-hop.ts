/** For the tests of every hop (`@loopway/hop-kit/local-hop`): the hop runs in the test's process, on real sockets; what is around it is lists. */
import type { Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { ObjectCache } from "@loopway/kube";
import { type Address, formatAddress, type KubeObject, type Metric, type Protocol, type Span } from "@loopway/model";
import { onTestFinished } from "vitest";
import { createAddressBook } from "../src/address-book.ts";
import { createClock } from "../src/clock.ts";
import type { Hop } from "../src/hop.ts";
import { type LocalConfig, localConfig } from "./local-config.ts";

export interface LocalHop extends Hop {
  isReady: boolean;
  spans: Span[];
  /** As last told. */
  metrics: readonly Metric[];
  patches: { object: KubeObject; status: unknown }[];
  /** The virtual address of every successful listen, in order. */
  listened: Address[];
  /** From here on this virtual address is dialled there. */
  place(protocol: Protocol, virtual: Address, bound: Address): void;
  /** What the API tells: these objects are new, or are so now. One call is one change. */
  apply(...objects: KubeObject[]): void;
  remove(...objects: KubeObject[]): void;
  /** As SIGTERM does. Again, it does nothing. */
  drain(): Promise<void>;
}

/** Linux has all of 127.0.0.0/8; on an address of our own the number of a UDP port is free for TCP as well, whatever the machine dials. */
const ownAddress = process.platform === "linux" ? "127.0.53.53" : "127.0.0.1";

/**
 * Every virtual address becomes a free port, the same for both protocols; with `addresses: "identity"` it is bound as it is, and a listen fails
 * where that fails. `watch` tells of all objects, whatever was selected. TCP listeners are closed when the test ends; UDP's end with `drain`.
 */
export function localHop(overrides: LocalConfig, objects: readonly KubeObject[] = []): LocalHop {
  const config = localConfig({ addresses: "mapped", ...overrides });
  const book = createAddressBook();
  const cache = new ObjectCache();
  for (const object of objects) cache.put(object);
  const drains: (() => Promise<void> | void)[] = [];
  const ports = new Map<string, number>();
  let tell: () => void = () => undefined;

  const placeFor = (virtual: Address): Address =>
    config.addresses === "identity" ? virtual : { address: ownAddress, port: ports.get(formatAddress(virtual)) ?? 0 };
  const note = (protocol: Protocol, virtual: Address, { address, port }: AddressInfo): Address => {
    const bound = { address, port };
    ports.set(formatAddress(virtual), port);
    book.note(protocol, virtual, bound);
    hop.listened.push(virtual);
    return bound;
  };
  const hop: LocalHop = {
    config,
    isReady: false,
    spans: [],
    metrics: [],
    patches: [],
    listened: [],
    nowUs: createClock(config.clockOriginUs),
    listen: async (server: Server, virtual) => {
      const { address, port } = placeFor(virtual);
      await once(server.listen(port, address), "listening");
      onTestFinished(() => void server.close());
      return note("tcp", virtual, server.address() as AddressInfo);
    },
    listenUdp: async (socket: UdpSocket, virtual) => {
      const { address, port } = placeFor(virtual);
      await once(socket.bind(port, address), "listening");
      return note("udp", virtual, socket.address());
    },
    resolve: book.resolve,
    place: book.note,
    watch: async (_selections, onChange) => {
      tell = () => onChange(cache);
      tell();
      return cache;
    },
    apply: (...changed) => {
      for (const object of changed) cache.put(object);
      tell();
    },
    remove: (...gone) => {
      for (const object of gone) cache.remove(object);
      tell();
    },
    patchStatus: (object, status) => void hop.patches.push({ object, status }),
    report: (span) => void hop.spans.push(span),
    worked: () => undefined,
    measured: (metrics) => {
      hop.metrics = metrics;
    },
    samples: () => true,
    ready: () => {
      hop.isReady = true;
    },
    onDrain: (drain) => void drains.push(drain),
    drain: async () => {
      for (const drain of drains.splice(0)) await drain();
    },
  };
  return hop;
}
