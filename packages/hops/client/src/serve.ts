import { createServer } from "node:net";
import { askResolver } from "@loopway/dns-client";
import type { Hop } from "@loopway/hop-kit";
import { createEngine } from "@loopway/l7-proxy";
import { addressPlan } from "@loopway/model";
import { createForwardProxy } from "./forward-proxy.ts";
import { listenOnBoth } from "./listen-on-both.ts";
import { createPodSenders } from "./pod-senders.ts";
import { createResolver } from "./resolver.ts";
import { serveDoh } from "./serve-doh.ts";

/** `ProcessConfig.settings` of the client. */
interface ClientSettings {
  port?: number;
  dohPort?: number;
}

const DEFAULT_PORT = 3128;
const DOH_PORT = 8053;
/** Longer than an ALB may be told to wait (idle_timeout.timeout_seconds, at most 4,000): its 504 is seen, not ours. */
const IDLE_TIMEOUT_MS = 4_060_000;

/** The forward proxy: whoever uses it reaches the region as if the region's resolver were his own. */
export async function serve(hop: Hop): Promise<void> {
  const { port = DEFAULT_PORT, dohPort = DOH_PORT } = hop.config.settings as ClientSettings;
  const resolverAddress = { address: addressPlan(hop.config.instance).resolver, port: 53 };
  const resolver = createResolver({
    ask: (name) => askResolver({ name, udp: hop.resolve("udp", resolverAddress), tcp: hop.resolve("tcp", resolverAddress) }),
    nowUs: hop.nowUs,
  });
  const proxy = createForwardProxy({
    resolver,
    senders: createPodSenders(hop),
    resolve: (virtual) => hop.resolve("tcp", virtual),
    report: hop.report,
  });
  const engine = createEngine(proxy, { nowUs: hop.nowUs, idleTimeoutMs: IDLE_TIMEOUT_MS });
  const create = () => createServer({ allowHalfOpen: true, noDelay: true }, (socket) => engine.accept(socket, undefined));
  const servers = await listenOnBoth(hop, create, port);
  await serveDoh(hop, { port: dohPort, resolver: resolverAddress });
  hop.onDrain(async () => {
    for (const server of servers) server.close();
    await engine.drain();
  });
  hop.ready();
}
