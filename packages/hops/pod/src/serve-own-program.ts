import { setTimeout as pause } from "node:timers/promises";
import { type Hop, log } from "@loopway/hop-kit";
import { type OwnProgram, serviceVariables } from "@loopway/kube";
import type { Pod, Service } from "@loopway/model";
import { startOwnProcess } from "./own-process.ts";
import { relayTo } from "./relay-to-program.ts";

/** The program goes on, so requests that come until the deregistration is done are answered: as long as a stub waits for silence. */
const SERVES_ON_MS = 3_000;

/** A pod that relays to a program of the user's own. It is ready once it listens; whether the program answers is for probes to find out. */
export async function serveOwnProgram(hop: Hop, program: OwnProgram): Promise<void> {
  const { pod, podIP } = hop.config.settings as unknown as { pod: Pod; podIP: string };
  if (program.kind === "upstream") {
    const end = await relayTo(program.dial, { hop, pod, podIP });
    hop.onDrain(() => pause(SERVES_ON_MS).then(end));
    return hop.ready();
  }
  const objects = await hop.watch([{ kind: "Service" }], () => undefined);
  const environment = serviceVariables(pod, objects.list<Service>("Service"));
  const own = await startOwnProcess({ pod, command: program.command, environment, onExit: (code) => process.exit(code) });
  hop.onDrain(() => own.end());
  log(`${program.command} is asked to listen on port ${own.dial.port}`);
  await relayTo(own.dial, { hop, pod, podIP });
  hop.ready();
}
