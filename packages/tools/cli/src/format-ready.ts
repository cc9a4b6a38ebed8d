import { type Endpoints, exampleUrl } from "./endpoints.ts";

/** What `up` prints when the path serves: the addresses, and commands to try. */
export function formatReady(endpoints: Endpoints, tookMs: number): string {
  const { proxy, dns, doh, kubeconfig, hosts } = endpoints;
  const [address, port] = splitAddress(dns);
  const url = exampleUrl(endpoints);
  const width = Math.max(...hosts.map((each) => each.host.length), 10);
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
    `  curl -x ${proxy} ${url}`,
    `  loopway trace ${url}`,
    `  dig @${address} -p ${port} ${new URL(url).hostname}`,
    ...(hosts[0] === undefined ? [] : [`  curl --connect-to ${hosts[0].connectTo} ${url}`]),
    `  kubectl --kubeconfig ${kubeconfig} get ingress,rules,targetgroups -A`,
    "",
  ].join("\n");
}

/** "127.13.0.1:53" → ["127.13.0.1", "53"] */
function splitAddress(address: string): [address: string, port: string] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
}
