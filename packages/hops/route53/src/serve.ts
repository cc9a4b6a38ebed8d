import type { ZoneTable } from "@loopway/dns";
import { NameServer, serveTcp, serveUdp } from "@loopway/dns-server";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import { type Address, addressPlan } from "@loopway/model";
import { compile, selections } from "./compile.ts";
import { staleConditions } from "./conditions.ts";

const DNS_PORT = 53;

/** What answers from the table of the moment: ours, or another in its place. */
export interface NameServerEngine {
  /** Queries from now on see the new table. */
  swap(table: ZoneTable): void;
  /** Opens its sockets, and sees to their draining. */
  open(virtual: Address): Promise<void>;
}

/** The name server of all hosted zones, on the instance's resolver address. Opens its sockets once there is a table to answer from. */
export async function serve(hop: Hop, createNameServer: (hop: Hop) => NameServerEngine = createOwnNameServer): Promise<void> {
  const nameServer = createNameServer(hop);
  let isServing = false;
  await hop.watch(selections, (objects) => {
    try {
      const { table, problems } = compile(objects);
      nameServer.swap(table);
      const owners = [...objects.list("HostedZone"), ...objects.list("RecordSet")];
      const time = new Date(hop.nowUs() / 1000).toISOString();
      for (const { object, status } of staleConditions(owners, problems, time)) hop.patchStatus(object, status);
    } catch (error) {
      if (!isServing) throw error;
      log(`the last good table keeps serving: ${formatFailure(error)}`);
    }
  });
  isServing = true;
  await nameServer.open({ address: addressPlan(hop.config.instance).resolver, port: DNS_PORT });
  hop.ready();
}

function createOwnNameServer(hop: Hop): NameServerEngine {
  const nameServer = new NameServer("route53", hop);
  return {
    swap: (table) => nameServer.swap(table),
    // TCP first: of the two it is the one whose port may be somebody's outgoing connection; UDP then takes the same number.
    open: async (virtual) => {
      await serveTcp(hop, { virtual, nameServer });
      await serveUdp(hop, { virtual, nameServer });
    },
  };
}
