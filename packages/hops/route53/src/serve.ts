import { NameServer, serveTcp, serveUdp } from "@loopway/dns-server";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";
import { addressPlan } from "@loopway/model";
import { compile, selections } from "./compile.ts";
import { staleConditions } from "./conditions.ts";

const DNS_PORT = 53;

/** The name server of all hosted zones, on the instance's resolver address. Opens its sockets once there is a table to answer from. */
export async function serve(hop: Hop): Promise<void> {
  const nameServer = new NameServer("route53", hop);
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
  const virtual = { address: addressPlan(hop.config.instance).resolver, port: DNS_PORT };
  // TCP first: of the two it is the one whose port may be somebody's outgoing connection; UDP then takes the same number.
  await serveTcp(hop, { virtual, nameServer });
  await serveUdp(hop, { virtual, nameServer });
  hop.ready();
}
