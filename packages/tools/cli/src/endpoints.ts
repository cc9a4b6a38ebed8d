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
  type Protocol,
} from "@loopway/model";
import { DOH, PROXY, readProcesses } from "./processes.ts";
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
  /** URL of DNS over HTTPS, and the CA that its certificate is by. */
  doh: string;
  caFile: string;
  hosts: HostEndpoint[];
}

interface HostEndpoint {
  host: string;
  loadBalancer: string;
  /** "address:port" of each of its addresses on its first listener port, as bound. */
  addresses: string[];
  /** The same as DNS has them, with the listener port. */
  virtual: string[];
  /** For curl: `--connect-to host:port:address:port`. */
  connectTo: string;
}

const EXAMPLE_HOST = "api.example.com";
const HTTP_PORT = 80;
export const DNS_PORT = 53;

/** Where the first Loopway of a machine would be, if every bind succeeds. */
export function wishedEndpoints(stateDir: string): Endpoints {
  const resolver = { address: addressPlan(0).resolver, port: DNS_PORT };
  return {
    instance: 0,
    stateDir,
    kubeconfig: join(stateDir, "kubeconfig"),
    proxy: `http://${formatAddress(PROXY)}`,
    dns: formatAddress(resolver),
    doh: `https://${formatAddress(DOH)}/dns-query`,
    caFile: join(stateDir, "ca.crt"),
    hosts: [],
  };
}

/** What to try first: the example's order, or the first host's root. */
export function exampleUrl({ hosts }: Pick<Endpoints, "hosts">): string {
  const host = hosts[0]?.host ?? EXAMPLE_HOST;
  return `http://${host}${host === EXAMPLE_HOST ? "/v1/order/1" : "/"}`;
}

/** Where a virtual address is dialled. */
export async function readBindings(api: ApiClient): Promise<(protocol: Protocol, virtual: Address) => Address> {
  const { items } = await api.list<AddressBinding>({ kind: "AddressBinding" });
  const bound = new Map(items.map(({ spec }) => [bindingKey(spec.protocol, spec), { address: spec.boundAddress, port: spec.boundPort }]));
  return (protocol, virtual) => bound.get(bindingKey(protocol, virtual)) ?? virtual;
}

export async function describeEndpoints(runFile: RunFile, api: ApiClient): Promise<Endpoints> {
  const { proxy, doh } = await readProcesses(runFile);
  const [resolve, ingresses, loadBalancers] = await Promise.all([
    readBindings(api),
    api.list<Ingress>({ kind: "Ingress" }),
    api.list<LoadBalancer>({ kind: "LoadBalancer" }),
  ]);
  const byDnsName = new Map(loadBalancers.items.map((loadBalancer) => [loadBalancer.status?.dnsName, loadBalancer]));
  const hosts = ingresses.items.flatMap((ingress) => {
    const [published] = ingress.status?.loadBalancer?.ingress ?? [];
    const loadBalancer = published?.hostname === undefined ? undefined : byDnsName.get(published.hostname);
    if (loadBalancer === undefined) return [];
    const port = published?.ports?.[0]?.port ?? HTTP_PORT;
    const wished = loadBalancerAddresses(loadBalancer).map((address) => ({ address, port }));
    const virtual = wished.map(formatAddress);
    const addresses = wished.map((address) => formatAddress(resolve("tcp", address)));
    return (ingress.spec?.rules ?? []).flatMap(({ host }) =>
      host === undefined
        ? []
        : [{ host, loadBalancer: loadBalancer.metadata.name, addresses, virtual, connectTo: `${host}:${port}:${addresses[0] ?? ""}` }],
    );
  });
  return {
    instance: runFile.instance,
    stateDir: runFile.stateDir,
    kubeconfig: join(runFile.stateDir, "kubeconfig"),
    proxy: `http://${formatAddress(proxy)}`,
    dns: formatAddress(resolve("udp", { address: addressPlan(runFile.instance).resolver, port: DNS_PORT })),
    doh: `https://${formatAddress(doh)}/dns-query`,
    caFile: join(runFile.stateDir, "ca.crt"),
    hosts: [...new Map(hosts.map((endpoint) => [endpoint.host, endpoint])).values()],
  };
}
