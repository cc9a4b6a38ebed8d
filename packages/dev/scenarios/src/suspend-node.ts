import type { ApiClient } from "@loopway/hop-kit";
import { podsOf } from "./workload.ts";
import { processesOf, type World } from "./world.ts";

/** SIGSTOP for a node's kube-proxy and for all of its pods: nothing on it answers, nothing refuses. Its availability zone has no other node. */
export async function suspendNode(world: World, api: ApiClient, node: string): Promise<{ resume(): void }> {
  const pods = (await podsOf(api)).filter(({ spec }) => spec.nodeName === node).map(({ metadata }) => metadata.name);
  const pids = (await processesOf(world)).filter(({ name }) => name === node || pods.includes(name)).map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  return {
    resume: () => {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    },
  };
}
