import { parseIpv4, parseIpv6 } from "@loopway/model";
import { CLUSTER_DOMAIN, TTL } from "./cluster-draft.ts";
import { groupOf } from "./zone-draft.ts";
import type { ZoneNode } from "./zone-table.ts";

const SUFFIX = `.pod.${CLUSTER_DOMAIN}`;

/**
 * `pods insecure` of EKS's Corefile: `10-1-2-3.NAMESPACE.pod.DOMAIN` is 10.1.2.3 in every namespace that there is, whether a pod has the address or
 * not. CoreDNS, plugin/kubernetes, findPods: three dashes apart are an IPv4 address, all else may be an IPv6 one.
 */
export function podNode(key: string, namespaces: ReadonlySet<string>): ZoneNode | undefined {
  if (!key.endsWith(SUFFIX)) return undefined;
  const [pod = "", namespace = "", ...more] = key.slice(0, -SUFFIX.length).split(".");
  if (more.length > 0 || !namespaces.has(namespace)) return undefined;
  const isIpv4 = /^[^-]+(-[^-]+){3}$/.test(pod);
  const octets = isIpv4 ? parseIpv4(pod.replaceAll("-", ".")) : parseIpv6(pod.replaceAll("-", ":"));
  if (octets === undefined) return undefined;
  const type = isIpv4 ? "A" : "AAAA";
  return new Map([[type, groupOf({ name: key, type, ttl: TTL }, [[octets]])]]);
}
