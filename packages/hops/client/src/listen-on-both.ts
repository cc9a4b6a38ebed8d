import type { Server } from "node:net";
import { formatFailure, type Hop, log } from "@loopway/hop-kit";

/** On 127.0.0.1 at the port or the next free one, and on ::1 at the same, where the machine has it and nobody else is there. */
export async function listenOnBoth(hop: Pick<Hop, "listen">, create: () => Server, port: number): Promise<Server[]> {
  const server = create();
  const bound = await hop.listen(server, { address: "127.0.0.1", port });
  const other = create();
  return await new Promise((resolve) => {
    other.once("error", (error) => {
      log(`not on [::1]:${bound.port}: ${formatFailure(error)}`);
      resolve([server]);
    });
    other.listen({ host: "::1", port: bound.port }, () => resolve([server, other]));
  });
}
