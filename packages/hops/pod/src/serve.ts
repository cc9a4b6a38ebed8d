import type { Hop } from "@loopway/hop-kit";
import { podPorts } from "@loopway/kube";
import type { Pod } from "@loopway/model";
import { createBatchedLog } from "./batched-log.ts";
import { createDrain } from "./drain.ts";
import { createPodServer } from "./pod-server.ts";

/** `ProcessConfig.settings` of a pod. */
interface PodSettings {
  pod: Pod;
  podIP: string;
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
