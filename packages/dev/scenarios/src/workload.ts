import type { ApiClient } from "@loopway/hop-kit";
import type { Deployment, Pod } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { openProxyClient, parseEcho } from "./request.ts";
import type { World } from "./world.ts";

/** A Deployment of namespace default, seen by its users. */
export interface Workload {
  world: World;
  api: ApiClient;
  name: string;
  /** Answers what its pods answer. */
  url: string;
}

export async function podsOf(api: ApiClient): Promise<Pod[]> {
  return (await api.list<Pod>({ kind: "Pod", namespace: "default" })).items;
}

/** The load balancer has heard of the last rollout: all pods that there are answer, and no other. */
export async function settle({ world, api, url }: Workload): Promise<void> {
  const client = openProxyClient(world, 4);
  try {
    await eventually(async () => {
      const names = (await podsOf(api)).map(({ metadata }) => metadata.name).sort();
      const answers = await Promise.all(Array.from({ length: 4 * names.length }, () => client.send(url)));
      const answering = [...new Set(answers.map((answer) => parseEcho(answer).pod))].sort();
      if (String(answering) !== String(names)) throw new Error(`there are ${names}; ${answering} answer`);
    }, 20_000);
  } finally {
    client.close();
  }
}

/** As `kubectl rollout restart`, with another pod spec; until the new pods are available and the old ones gone. */
export async function rollOut({ api, name }: Workload, podSpec: object): Promise<void> {
  const object = { kind: "Deployment", namespace: "default", name };
  const before = (await api.get<Deployment>(object))?.spec.template.metadata?.annotations?.rollout ?? "0";
  const annotations = { rollout: String(Number(before) + 1) };
  await api.patch(object, { spec: { template: { metadata: { annotations }, spec: podSpec } } });
  await eventually(async () => {
    const { metadata, spec, status } = (await api.get<Deployment>(object)) ?? {};
    const counts = [status?.updatedReplicas, status?.availableReplicas, status?.replicas, (await podsOf(api)).length];
    if (status?.observedGeneration !== metadata?.generation || counts.some((count) => count !== spec?.replicas))
      throw new Error(`updated, available, all, pods: ${counts}`);
  }, 30_000);
}
