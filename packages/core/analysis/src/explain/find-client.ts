import { findPod, type Snapshot } from "@loopway/kube";
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

export function findClient(from: NonNullable<ExplainRequest["from"]>, snapshot: Snapshot): Client {
  if (from === "internet") return { name: "internet", sourceIp: SOMEBODY };
  const found = findPod(snapshot, from.pod);
  if ("known" in found) {
    const { name } = splitKey(from.pod);
    return { name: `pod ${from.pod}`, sourceIp: SOMEBODY, failure: `there is no pod ${name} to send from; ${found.known}` };
  }
  return { name: `pod ${objectKey(found.pod)}`, sourceIp: found.pod.status?.podIP ?? SOMEBODY, pod: found.pod };
}
