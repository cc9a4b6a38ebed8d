import { join } from "node:path";
import type { ApiClient } from "@loopway/hop-kit";
import {
  type Address,
  type AddressBinding,
  addressPlan,
  bindingKey,
  formatAddress,
  type Ingress,
  type Listener,
  type LoadBalancer,
  type Protocol,
  type RecordSet,
  resolvableAddresses,
  type Service,
  STACK_LABEL,
} from "@loopway/model";
import { DOH, PROXY, readProcesses } from "./processes.ts";
import type { RunFile } from "./run-file.ts";
import { originOf, sampleHost, sampleUrl } from "./sample-url.ts";
import { serviceRequest } from "./service-request.ts";

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
  /** Those that have a name first. */
  hosts: HostEndpoint[];
}

interface HostEndpoint {
  /** That of an Ingress's rule, or of a Service's external-dns annotation; else the load balancer's name. */
  host: string;
  /** A request that the rule, or the Service, takes. */
  url: string;
  /** The region's DNS knows it. */
  isNamed: boolean;
  loadBalancer: string;
  /** "address:port" of each of its addresses on its first listener port, as bound. */
  addresses: string[];
  /** The same as DNS has them, with the listener port. */
  virtual: string[];
  /** For curl: `--connect-to host:port:address:port`. */
  connectTo: string;
}

/** Of the example, before anything runs. */
const EXAMPLE_URL = "http://api.example.com/v1/order/1";
const HTTP_PORT = 80;
/** What ExternalDNS goes by; the record is there once a hosted zone takes it. */
const HOSTNAME_ANNOTATION = "external-dns.alpha.kubernetes.io/hostname";
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

/** What to try first; that of the example where there is nothing. */
export function exampleUrl({ hosts }: Pick<Endpoints, "hosts">): string {
  return hosts[0]?.url ?? EXAMPLE_URL;
}

/** Where a virtual address is dialled. */
export async function readBindings(api: ApiClient): Promise<(protocol: Protocol, virtual: Address) => Address> {
  const { items } = await api.list<AddressBinding>({ kind: "AddressBinding" });
  const bound = new Map(items.map(({ spec }) => [bindingKey(spec.protocol, spec), { address: spec.boundAddress, port: spec.boundPort }]));
  return (protocol, virtual) => bound.get(bindingKey(protocol, virtual)) ?? virtual;
}

export async function describeEndpoints(runFile: RunFile, api: ApiClient): Promise<Endpoints> {
  const { proxy, doh } = await readProcesses(runFile);
  const [resolve, names, ingresses, loadBalancers, services, listeners] = await Promise.all([
    readBindings(api),
    readNames(api),
    api.list<Ingress>({ kind: "Ingress" }),
    api.list<LoadBalancer>({ kind: "LoadBalancer" }),
    api.list<Service>({ kind: "Service" }),
    api.list<Listener>({ kind: "Listener" }),
  ]);
  const published: Published = {
    names,
    loadBalancers: new Map(loadBalancers.items.map((loadBalancer) => [loadBalancer.status?.dnsName, loadBalancer])),
    listeners: Map.groupBy(listeners.items, ({ metadata }) => metadata.labels?.[STACK_LABEL] ?? ""),
  };
  const requests = [
    ...ingresses.items.flatMap((ingress) => requestsOfIngress(ingress, published)),
    ...services.items.flatMap((service) => requestsOfService(service, published)),
  ];
  const hosts = requests.map((request) => hostEndpoint(request, resolve));
  const byHost = [...new Map(hosts.map((endpoint) => [endpoint.host, endpoint])).values()];
  return {
    instance: runFile.instance,
    stateDir: runFile.stateDir,
    kubeconfig: join(runFile.stateDir, "kubeconfig"),
    proxy: `http://${formatAddress(proxy)}`,
    dns: formatAddress(resolve("udp", { address: addressPlan(runFile.instance).resolver, port: DNS_PORT })),
    doh: `https://${formatAddress(doh)}/dns-query`,
    caFile: join(runFile.stateDir, "ca.crt"),
    hosts: [...byHost.filter(({ isNamed }) => isNamed), ...byHost.filter(({ isNamed }) => !isNamed)],
  };
}

interface Published {
  /** Of record sets. */
  names: ReadonlySet<string>;
  /** By their own DNS names. */
  loadBalancers: ReadonlyMap<string | undefined, LoadBalancer>;
  /** By load balancer. */
  listeners: ReadonlyMap<string, readonly Listener[]>;
}

interface SampleRequest extends Pick<HostEndpoint, "host" | "url" | "isNamed"> {
  loadBalancer: LoadBalancer;
  port: number;
}

function requestsOfIngress({ spec, status }: Ingress, { names, loadBalancers }: Published): SampleRequest[] {
  const [{ hostname = undefined, ports = [] } = {}] = status?.loadBalancer?.ingress ?? [];
  const loadBalancer = hostname === undefined ? undefined : loadBalancers.get(hostname);
  if (hostname === undefined || loadBalancer === undefined) return [];
  const port = ports[0]?.port ?? HTTP_PORT;
  return (spec?.rules ?? []).map((rule) => {
    const host = rule.host || hostname;
    return { host, url: sampleUrl(host, port, rule), isNamed: host === hostname || names.has(host), loadBalancer, port };
  });
}

function requestsOfService(service: Service, { names, loadBalancers, listeners }: Published): SampleRequest[] {
  const { hostname } = service.status?.loadBalancer?.ingress?.[0] ?? {};
  const loadBalancer = hostname === undefined ? undefined : loadBalancers.get(hostname);
  if (hostname === undefined || loadBalancer === undefined) return [];
  const request = serviceRequest(service, listeners.get(loadBalancer.metadata.name) ?? []);
  if (request === undefined) return [];
  const wished = service.metadata.annotations?.[HOSTNAME_ANNOTATION]?.split(",").map((name) => name.trim()) ?? [];
  const host = wished.find((name) => names.has(name)) ?? hostname;
  const { scheme, port } = request;
  return [{ host, url: `${originOf(scheme, sampleHost(host), port)}/`, isNamed: true, loadBalancer, port }];
}

function hostEndpoint({ loadBalancer, port, ...shown }: SampleRequest, resolve: Awaited<ReturnType<typeof readBindings>>): HostEndpoint {
  const wished = resolvableAddresses(loadBalancer).map((address) => ({ address, port }));
  const addresses = wished.map((address) => formatAddress(resolve("tcp", address)));
  return {
    ...shown,
    loadBalancer: loadBalancer.metadata.name,
    addresses,
    virtual: wished.map(formatAddress),
    connectTo: `${sampleHost(shown.host)}:${port}:${addresses[0] ?? ""}`,
  };
}

/** Names that have addresses, without the final dot; Route 53 writes a wildcard as \052. */
async function readNames(api: ApiClient): Promise<ReadonlySet<string>> {
  const { items } = await api.list<RecordSet>({ kind: "RecordSet" });
  const named = items.filter(({ spec }) => spec.recordType === "A" || spec.recordType === "CNAME");
  return new Set(named.map(({ spec }) => spec.name.replace(/\.$/, "").replace("\\052", "*")));
}
