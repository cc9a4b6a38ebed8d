import { nodeDnsOf, type ResolvConf, resolvConfOf } from "@loopway/dns";
import { findPod, ObjectCache } from "@loopway/kube";
import { addressPlan, LoopwayError, objectKey, type Pod } from "@loopway/model";
import { type Arguments, stringOption } from "./command.ts";
import type { Connection } from "./connection.ts";

/** Who sends: `--from`, as `explain` has it too. */
export const fromOption = { from: { type: "string" } } as const;
export const fromHelp: readonly [string, string] = [
  "--from internet|pod/NAME",
  "who sends (default internet); a pod knows the names of Services (pod/NAMESPACE/NAME)",
];

/** "namespace/name" of the pod that `--from` means; undefined: a client outside the cluster. Throws E_NO_POD. */
export async function senderOf(arguments_: Arguments, connection: Pick<Connection, "api">): Promise<string | undefined> {
  const pod = await sendingPod(arguments_, connection);
  return pod === undefined ? undefined : objectKey({ ...pod, metadata: { namespace: "default", ...pod.metadata } });
}

/** As `senderOf`, the pod itself. */
export async function sendingPod(arguments_: Arguments, { api }: Pick<Connection, "api">): Promise<Pod | undefined> {
  const from = stringOption(arguments_, "from") ?? "internet";
  const key = parseSender(from);
  if (key === undefined) return undefined;
  const cache = new ObjectCache();
  for (const pod of (await api.list<Pod>({ kind: "Pod" })).items) cache.put({ ...pod, kind: "Pod" });
  const found = findPod(cache, key);
  if ("known" in found) throw new LoopwayError("E_NO_POD", { pod: key, known: found.known });
  return found.pod;
}

/** Its /etc/resolv.conf. */
export function resolvConfOfSender(pod: Pod, instance: number): ResolvConf {
  return resolvConfOf(pod, nodeDnsOf(addressPlan(instance)));
}

/** "name" or "namespace/name" of a pod; undefined for "internet". Throws E_USAGE. */
export function parseSender(from: string): string | undefined {
  if (from === "internet") return undefined;
  const [, key] = /^pods?\/([^/]+(?:\/[^/]+)?)$/.exec(from) ?? [];
  if (key === undefined)
    throw new LoopwayError("E_USAGE", { message: `--from is ${from}; expected internet, pod/NAME or pod/NAMESPACE/NAME` });
  return key;
}
