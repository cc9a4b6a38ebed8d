// The product's own load balancers in front of the backend: `loopway up`, the objects posted to its API, and alb processes as the
// supervisor starts them, with access log, trace id and spans as by default.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addressPlan } from "@loopway/model";
import { albPid, apiOf, startWorld } from "../product/world.ts";
import { buildStack, LISTENER_PORT } from "./stack.ts";

/** Something to start with; without any manifest it would be the example. */
const manifest = "apiVersion: v1\nkind: Namespace\nmetadata: { name: bench }\n";

export interface Region {
  /** The load balancer with the rules of a load, in a new process. */
  renewAlb(load: string): Promise<{ pid: number; url: string }>;
  stop(): Promise<void>;
}

interface RegionOptions {
  /** Temporary; state and manifest go there. */
  folder: string;
  loads: readonly string[];
  backendPort: number;
  /** Address blocks that nobody starts by default. */
  instance: number;
  /** In place of our load balancer. */
  engine?: "reference";
}

export async function startRegion({ folder, loads, backendPort, instance, engine }: RegionOptions): Promise<Region> {
  const file = join(folder, "namespace.yaml");
  await writeFile(file, manifest);
  const world = startWorld({ stateDir: join(folder, `state-${instance}`), instance, files: [file], ...(engine && { engine }) });
  await world.ready;
  const api = apiOf(world);
  const addresses = loads.map((_, index) => `${addressPlan(instance).publicAddresses}.0.${index + 1}`);
  for (const [index, load] of loads.entries()) {
    const { loadBalancer, members } = buildStack({ load, name: nameOf(index), backendPort });
    for (const object of [loadBalancer, ...members]) await api.create(object);
    // What the controller would write; it takes no interest in a load balancer without an Ingress.
    const availabilityZones = [{ zoneName: "us-east-1a", loadBalancerAddresses: [{ ipAddress: addresses[index] }] }];
    await api.patch(loadBalancer, { status: { availabilityZones, state: { code: "active" } } }, "status");
  }
  return {
    renewAlb: async (load) => {
      const index = loads.indexOf(load);
      const before = await albPid(world, nameOf(index));
      process.kill(before, "SIGKILL");
      return { pid: await albPid(world, nameOf(index), before), url: `http://${addresses[index]}:${LISTENER_PORT}` };
    },
    stop: world.stop,
  };
}

function nameOf(index: number): string {
  return `bench-${index}`;
}
