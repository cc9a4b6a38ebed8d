import type { Server as HttpServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { type Hop, log as say } from "@loopway/hop-kit";
import { grpcPorts, ownProgramOf, podPorts } from "@loopway/kube";
import type { Pod } from "@loopway/model";
import { createBatchedLog } from "./batched-log.ts";
import { createDrain } from "./drain.ts";
import { withGrpcHealth } from "./grpc-health.ts";
import { createPodServer } from "./pod-server.ts";
import { createStub } from "./stub.ts";
import { readStubSettings, type StubSettings } from "./stub-settings.ts";

/** `ProcessConfig.settings` of a pod. */
interface PodSettings {
  pod: Pod;
  podIP: string;
  /** From SIGTERM on no new connection is taken, and idle ones are closed: what most servers do, and what makes the load balancer answer 502. */
  realTermination?: boolean;
}

/** One pod: a program of the user's own where an annotation names one, else a stub. */
export async function serve(hop: Hop): Promise<void> {
  const program = ownProgramOf((hop.config.settings as unknown as PodSettings).pod);
  if (typeof program === "string") say(program);
  // Loaded when it is asked for: most pods are stubs.
  else if (program !== undefined) return (await import("./serve-own-program.ts")).serveOwnProgram(hop, program);
  return serveStub(hop);
}

/** All ports answer as the image of their container does, or as echo-basic. */
async function serveStub(hop: Hop): Promise<void> {
  const { pod, podIP, realTermination = false } = hop.config.settings as unknown as PodSettings;
  const { settings, problems } = readStubSettings(pod);
  for (const problem of problems) say(problem);
  const log = createBatchedLog();
  const drain = realTermination ? createDrain(0) : createDrain();
  let listensSinceMs = 0;
  const stub = createStub({ settings, random: Math.random, ageMs: () => performance.now() - listensSinceMs, reportWork: hop.worked });
  const servers: HttpServer[] = [];
  const listen = async () => {
    listensSinceMs = performance.now();
    const ofGrpc = grpcPorts(pod);
    for (const port of podPorts(pod)) {
      const server = createPodServer({ hop, pod, podIP, port, drain, stub, log });
      servers.push(server);
      await hop.listen(ofGrpc.has(port.port) ? withGrpcHealth(server, stub.isHealthy) : server, { address: podIP, port: port.port });
    }
    endAfter(settings, log.flush);
  };
  hop.onDrain(async () => {
    if (realTermination) for (const server of servers) server.close();
    await drain.run();
    log.flush();
  });
  if (settings.startDelayMs === 0) await listen();
  hop.ready();
  // Running, but deaf: what a startup probe is for.
  if (settings.startDelayMs > 0) void pause(settings.startDelayMs).then(listen);
}

function endAfter({ exitAfterMs, exitCode }: StubSettings, flush: () => void): void {
  if (exitAfterMs === Number.POSITIVE_INFINITY) return;
  setTimeout(() => {
    flush();
    process.exit(exitCode);
  }, exitAfterMs);
}
