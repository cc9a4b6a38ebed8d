import { type Address, formatAddress, type Protocol } from "@loopway/model";
import { createAddressBook } from "./address-book.ts";
import { createApiClient } from "./api-client.ts";
import { type BindWish, bindServer, bindUdp } from "./bind.ts";
import type { Hop } from "./hop.ts";
import { parsePreviousBindings } from "./previous-bindings.ts";
import { createSampler } from "./sampler.ts";
import { createSpanSink } from "./span-sink.ts";
import { startProcess } from "./start-process.ts";
import { createStatusWriter } from "./status-writer.ts";
import { watchObjects } from "./watch-objects.ts";

/** The whole main.ts of a hop. `serve` resolves when its listeners are open; what it leaves running keeps the process alive. */
export function startHop(serve: (hop: Hop) => Promise<void>): void {
  startProcess(async (self) => {
    const { config } = self;
    const client = createApiClient(config.api);
    const sink = createSpanSink(config.collectorSocket);
    const book = createAddressBook();
    // One port for UDP and TCP of a virtual address where it is to be had: who asks over UDP comes back over TCP to the same port (RFC 7766).
    const boundElsewhere = new Map<string, Address>();
    const previous = parsePreviousBindings(config.settings);
    const { signal } = new AbortController();
    self.onExit(sink.flush);
    const bookSynced = watchObjects({ client, selections: [{ kind: "AddressBinding" }], onChange: book.load, signal });

    const bind = async (protocol: Protocol, virtual: Address, start: (wish: BindWish) => Promise<Address>): Promise<Address> => {
      const hop = `${config.kind} ${config.name}`;
      const wish = {
        hop,
        virtual,
        mode: config.addresses,
        previous: previous(protocol, virtual) ?? boundElsewhere.get(formatAddress(virtual)),
      };
      const bound = await start(wish);
      const differs = bound.address !== virtual.address || bound.port !== virtual.port;
      if (differs) {
        book.note(protocol, virtual, bound);
        boundElsewhere.set(formatAddress(virtual), bound);
        self.announce({ type: "bound", protocol, virtual, bound });
      }
      return bound;
    };

    await serve({
      config,
      nowUs: self.nowUs,
      listen: (server, virtual) => bind("tcp", virtual, (wish) => bindServer(server, wish)),
      listenUdp: (socket, virtual) => bind("udp", virtual, (wish) => bindUdp(socket, wish)),
      resolve: book.resolve,
      watch: (selections, onChange) => watchObjects({ client, selections, onChange, after: bookSynced, signal }),
      patchStatus: createStatusWriter(client, signal),
      report: sink.report,
      worked: (cpuMs) => self.announce({ type: "worked", cpuMs }),
      measured: (metrics) => self.announce({ type: "measured", metrics }),
      samples: createSampler(() => performance.now()),
      ready: self.ready,
      onDrain: self.onDrain,
    });
  });
}
