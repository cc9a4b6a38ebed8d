import { type Pod, splitKey } from "@loopway/model";
import type { Snapshot } from "./snapshot.ts";

/**
 * The pod that is called `key` ("name" or "namespace/name"), or that a controller made from what is called so: "web" for "web-5c9f-x2x4b". Of several,
 * one that runs and is not asked to end. Without one, what there is instead, in words.
 */
export function findPod(snapshot: Pick<Snapshot, "list">, key: string): { pod: Pod } | { known: string } {
  const { namespace = "default", name } = splitKey(key);
  const pods = snapshot.list<Pod>("Pod", { namespace });
  const exact = pods.filter(({ metadata }) => metadata.name === name);
  const made = pods.filter(({ metadata }) => metadata.name.startsWith(`${name}-`));
  const candidates = exact.length > 0 ? exact : made;
  const pod = candidates.find(isAlive) ?? candidates[0];
  if (pod !== undefined) return { pod };
  const names = pods.slice(0, MAX_NAMES).map(({ metadata }) => metadata.name);
  return { known: names.length === 0 ? `namespace ${namespace} has none` : `there are ${names.join(", ")}` };
}

const MAX_NAMES = 5;

function isAlive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase === "Running";
}
