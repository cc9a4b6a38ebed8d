import type { KubeObject } from "@loopway/model";
import { isJsonObject } from "./json.ts";

/** The spec of an object as its author wrote it, where another cluster has told it (`kubectl get -o yaml`): that one's addresses and nodes are not ours. */
export function withoutAllocations({ kind, metadata, spec }: KubeObject): unknown {
  const isFromServer = metadata.uid !== undefined || metadata.resourceVersion !== undefined;
  if (!isFromServer || !isJsonObject(spec)) return spec;
  if (kind === "Pod") {
    const { nodeName, ...rest } = spec;
    return rest;
  }
  if (kind !== "Service" || spec.clusterIP === "None") return spec;
  const { clusterIP, clusterIPs, ...rest } = spec;
  return rest;
}
