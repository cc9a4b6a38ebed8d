/** The list of names that a pod's resolver asks for in place of one: its resolv.conf under dnsPolicy ClusterFirst (kubernetes/dns, specification 1.1). */

const SERVICE_DOMAIN = "svc.cluster.local";
const SEARCHED = [SERVICE_DOMAIN, "cluster.local"];
/** `options ndots:5`: a name with fewer dots is tried with the search list first. */
const NDOTS = 5;

/** In the order in which they are asked for; the first that exists counts. `namespace`: of the pod. */
export function searchNames(name: string, namespace: string): string[] {
  const bare = name.replace(/\.$/, "");
  if (name.endsWith(".")) return [bare];
  const searched = [`${namespace}.${SERVICE_DOMAIN}`, ...SEARCHED].map((suffix) => `${bare}.${suffix}`);
  return bare.split(".").length > NDOTS ? [bare, ...searched] : [...searched, bare];
}
