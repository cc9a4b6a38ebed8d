import { join } from "node:path";
import type { ApiClient } from "@loopway/hop-kit";
import {
  type Address,
  type AddressBinding,
  addressPlan,
  bindingKey,
  formatAddress,
  type Ingress,
  type LoadBalancer,
  loadBalancerAddresses,
} from "@loopway/model";
import { readProcesses } from "./processes.ts";
import type { RunFile } from "./run-file.ts";

/** Where a person reaches the things of a running Loopway; every address can be dialled. */
export interface Endpoints {
  instance: number;
  stateDir: string;
  kubeconfig: string;
  /** URL of the forward proxy. */
  proxy: string;
  /** "address:port" of the DNS server. */
  dns: string;
  hosts: HostEndpoint[];
}

interface HostEndpoint {
  host: string;
  loadBalancer: string;
  /** "address:port" of each of its addresses on its first listener port, as bound. */
  addresses: string[];
  /** For curl: `--connect-to host:port:address:port`. */
  connectTo: string;
}

const HTTP_PORT = 80;
const DNS_PORT = 53;

export async function describeEndpoints(runFile: RunFile, api: ApiClient): Promise<Endpoints> {
  const { proxy } = await readProcesses(runFile);
  const [bindings, ingresses, loadBalancers] = await Promise.all([
    api.list<AddressBinding>({ kind: "AddressBinding" }),
    api.list<Ingress>({ kind: "Ingress" }),
    api.list<LoadBalancer>({ kind: "LoadBalancer" }),
  ]);
  const bound = new Map(
    bindings.items.map(({ spec }) => [bindingKey(spec.protocol, spec), { address: spec.boundAddress, port: spec.boundPort }]),
  );
  const resolve = (protocol: "tcp" | "udp", virtual: Address) => bound.get(bindingKey(protocol, virtual)) ?? virtual;
  const byDnsName = new Map(loadBalancers.items.map((loadBalancer) => [loadBalancer.status?.dnsName, loadBalancer]));
  const hosts = ingresses.items.flatMap((ingress) => {
    const [published] = ingress.status?.loadBalancer?.ingress ?? [];
    const loadBalancer = published?.hostname === undefined ? undefined : byDnsName.get(published.hostname);
    if (loadBalancer === undefined) return [];
    const port = published?.ports?.[0]?.port ?? HTTP_PORT;
    const addresses = loadBalancerAddresses(loadBalancer).map((address) => formatAddress(resolve("tcp", { address, port })));
    return (ingress.spec?.rules ?? []).flatMap(({ host }) =>
      host === undefined
        ? []
        : [{ host, loadBalancer: loadBalancer.metadata.name, addresses, connectTo: `${host}:${port}:${addresses[0] ?? ""}` }],
    );
  });
  return {
    instance: runFile.instance,
    stateDir: runFile.stateDir,
    kubeconfig: join(runFile.stateDir, "kubeconfig"),
    proxy: `http://${formatAddress(proxy)}`,
    dns: formatAddress(resolve("udp", { address: addressPlan(runFile.instance).resolver, port: DNS_PORT })),
    hosts: [...new Map(hosts.map((endpoint) => [endpoint.host, endpoint])).values()],
  };
}
