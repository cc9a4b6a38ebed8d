import type { Hop } from "@loopway/hop-kit";
import type { Pod } from "@loopway/model";
import { createBatchedLog } from "./batched-log.ts";
import { createDrain } from "./drain.ts";
import { podPorts } from "./pod-ports.ts";
import { createPodServer } from "./pod-server.ts";

/** `ProcessConfig.settings` of a pod. */
interface PodSettings {
  pod: Pod;
  podIP: string;
  /** From SIGTERM on no new connection is taken, and idle ones are closed: what most servers do, and what makes the load balancer answer 502. */
  realTermination?: boolean;
}

/** One stub pod: all ports answer as echo-basic does. */
export async function serve(hop: Hop): Promise<void> {
  const { pod, podIP } = hop.config.settings as unknown as PodSettings;
  const log = createBatchedLog();
  const drain = createDrain();
  for (const port of podPorts(pod)) {
    await hop.listen(createPodServer({ hop, pod, port, drain, log }), { address: podIP, port: port.port });
  }
  hop.onDrain(async () => {
    await drain.run();
    log.flush();
  });
  hop.ready();
}
