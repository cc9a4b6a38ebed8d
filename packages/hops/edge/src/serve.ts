import { networkInterfaces } from "node:os";
import type { Hop } from "@loopway/hop-kit";
import { createRelay } from "@loopway/l4-relay";
import type { Address } from "@loopway/model";

const LOOPBACK = "127.0.0.1";
/** What serves people: the forward proxy and the API server. */
const PORTS = [3128, 6443];

/**
 * In a container published ports arrive on its outer address, and what serves people is on 127.0.0.1: each connection is passed on to the same port
 * there, or to wherever it really is. It is no part of the path, so it reports no spans.
 */
export async function serve(hop: Hop, outer = outerAddresses(PORTS)): Promise<void> {
  const relay = createRelay();
  const servers = outer.map((address) => {
    const route = () => ({
      dial: hop.resolve("tcp", { address: LOOPBACK, port: address.port }),
      connected: () => undefined,
      closed: () => undefined,
    });
    return { address, server: relay.createServer(route) };
  });
  for (const { address, server } of servers) await hop.listen(server, address);
  hop.onDrain(async () => {
    for (const { server } of servers) server.close();
    await relay.drain();
  });
  hop.ready();
}

/** Each port on every address by which other machines know this one. */
function outerAddresses(ports: readonly number[]): Address[] {
  const known = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  const outer = known.filter(({ internal, family }) => !internal && family === "IPv4");
  return outer.flatMap(({ address }) => ports.map((port) => ({ address, port })));
}
