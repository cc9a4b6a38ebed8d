import type { ZoneTable } from "@loopway/dns";
import { NameServer, serveTcp } from "@loopway/dns-server";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import type { Address, KubeObject } from "@loopway/model";
import { expect, onTestFinished } from "vitest";
import { serve } from "../src/serve.ts";

const resolver = { address: "127.13.0.1", port: 53 };

interface Started {
  hop: LocalHop;
  /** Where it is asked, over UDP and TCP. */
  server: Address;
}

/** The hop, in a region with these objects. */
export async function startRoute53(objects: readonly KubeObject[]): Promise<Started> {
  const hop = drainedHop(objects);
  await serve(hop);
  expect(hop.isReady).toBe(true);
  return { hop, server: hop.resolve("udp", resolver) };
}

/** Its TCP half alone, which needs another patience in some tests. */
export async function startTcp(table: ZoneTable, idleMs: number): Promise<Address> {
  const hop = drainedHop([]);
  return serveTcp(hop, { virtual: resolver, nameServer: new NameServer("route53", hop, { table }), idleMs });
}

function drainedHop(objects: readonly KubeObject[]): LocalHop {
  const hop = localHop({ kind: "route53" }, objects);
  onTestFinished(() => hop.drain());
  return hop;
}
