import type { Endpoints } from "./endpoints.ts";
import { curlFor } from "./sample-url.ts";

/** Characters. Longer names, as load balancers have them, move no line but their own. */
const MAX_WIDTH = 40;

/** What `up` prints when the path serves: the addresses, and commands to try. */
export function formatReady(endpoints: Endpoints, tookMs: number): string {
  const { proxy, dns, doh, kubeconfig, hosts } = endpoints;
  const width = Math.min(Math.max(...hosts.map((each) => each.host.length), 10), MAX_WIDTH);
  return [
    `ready in ${(tookMs / 1000).toFixed(1)} s`,
    "",
    `  ${"proxy".padEnd(width)}  ${proxy}`,
    `  ${"DNS".padEnd(width)}  ${dns}`,
    `  ${"DoH".padEnd(width)}  ${doh}`,
    `  ${"kubeconfig".padEnd(width)}  ${kubeconfig}`,
    ...hosts.map((each) => `  ${each.host.padEnd(width)}  ${each.addresses.join("  ")}  (${each.loadBalancer})`),
    "",
    "try:",
    ...commandsFor(endpoints).map((command) => `  ${command}`),
    `  kubectl --kubeconfig ${kubeconfig} get ingress,rules,targetgroups -A`,
    "",
  ].join("\n");
}

/** What really takes a request, if anything does. */
function commandsFor({ proxy, dns, hosts: [first] }: Endpoints): string[] {
  if (first === undefined) return ["loopway status"];
  const { url, connectTo, isNamed } = first;
  const [address, port] = splitAddress(dns);
  const curl = curlFor(url);
  const byName = [`${curl} -x ${proxy} ${url}`, `loopway trace ${url}`, `dig @${address} -p ${port} ${new URL(url).hostname}`];
  return [...(isNamed ? byName : []), `${curl} --connect-to ${connectTo} ${url}`];
}

/** "127.13.0.1:53" → ["127.13.0.1", "53"] */
function splitAddress(address: string): [address: string, port: string] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
}
