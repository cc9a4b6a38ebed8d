import type { Snapshot } from "@loopway/kube";
import { objectKey, type Pod, splitKey } from "@loopway/model";
import type { ExplainRequest } from "./explanation.ts";

/** RFC 5737, TEST-NET-3: an address that nobody has stands for somebody on the internet. */
const SOMEBODY = "203.0.113.1";

export interface Client {
  name: string;
  sourceIp: string;
  pod?: Pod;
  failure?: string;
}

/** A pod that a controller names is found by what it was made from as well: "web" for "web-5c9f-x2x4b". */
export function findClient(from: NonNullable<ExplainRequest["from"]>, snapshot: Snapshot): Client {
  if (from === "internet") return { name: "internet", sourceIp: SOMEBODY };
  const { namespace = "default", name } = splitKey(from.pod);
  const pods = snapshot.list<Pod>("Pod", { namespace });
  const pod = pods.find(({ metadata }) => metadata.name === name) ?? pods.find(({ metadata }) => metadata.name.startsWith(`${name}-`));
  if (pod === undefined) {
    const others = pods.map(({ metadata }) => metadata.name);
    const known = others.length === 0 ? `namespace ${namespace} has none` : `there are ${others.slice(0, 5).join(", ")}`;
    return { name: `pod ${from.pod}`, sourceIp: SOMEBODY, failure: `there is no pod ${name} to send from; ${known}` };
  }
  return { name: `pod ${objectKey(pod)}`, sourceIp: pod.status?.podIP ?? SOMEBODY, pod };
}
