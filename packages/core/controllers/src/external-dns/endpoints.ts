// Hosts of Ingresses and Services → DNS names with a load balancer behind them (ExternalDNS source/ingress.go, source/service.go, plan/conflict.go).
import { perList, perObject, type Snapshot } from "@loopway/kube";
import { formatPointer, type Ingress, type Origin, type Service } from "@loopway/model";
import { resourceOf } from "./ownership.ts";

const MAX_LABEL_OCTETS = 63;
const LABELLED = ["external-dns.kubernetes.io/", "external-dns.alpha.kubernetes.io/"];
const OWN_CONTROLLER = "dns-controller";

/** What ExternalDNS reads host names from. */
export type Source = Ingress | Service;

export interface Endpoint {
  source: Source;
  /** RFC 6901, into the source: where the host is written. */
  pointer: string;
  /** DNS name of the load balancer. */
  target: string;
}

interface Host {
  name: string;
  pointer: string;
}

/** Every host that an Ingress or a Service writes, absolute and lower case, with the place. Those with a label over 63 octets are dropped. */
export const hostsOf = perObject((source: Source): Host[] => {
  const written = [...(isIngress(source) ? ruleHosts(source) : []), ...annotatedHosts(source)];
  return written.flatMap(({ host, pointer }) => (host === undefined || !isHostName(host) ? [] : [{ name: absolute(host), pointer }]));
});

function isIngress(source: Source): source is Ingress {
  return source.kind === "Ingress";
}

function ruleHosts({ spec }: Ingress): { host: string | undefined; pointer: string }[] {
  return [
    ...(spec?.rules ?? []).map(({ host }, index) => ({ host, pointer: `/spec/rules/${index}/host` })),
    ...(spec?.tls ?? []).flatMap(({ hosts = [] }, index) => hosts.map((host, at) => ({ host, pointer: `/spec/tls/${index}/hosts/${at}` }))),
  ];
}

function annotatedHosts({ metadata }: Source): { host: string; pointer: string }[] {
  return LABELLED.flatMap((prefix) => {
    const key = `${prefix}hostname`;
    const hosts = metadata.annotations?.[key]?.replaceAll(" ", "").split(",") ?? [];
    return hosts.map((host) => ({ host, pointer: formatPointer("metadata", "annotations", key) }));
  });
}

const ingressesByHost = perList((ingresses: readonly Ingress[]) => byHost(ingresses));
const servicesByHost = perList((services: readonly Service[]) => byHost(services));

function byHost(sources: readonly Source[]): ReadonlyMap<string, readonly Source[]> {
  const writersByHost = new Map<string, Source[]>();
  for (const source of sources) {
    for (const name of new Set(hostsOf(source).map((host) => host.name))) {
      const known = writersByHost.get(name);
      if (known === undefined) writersByHost.set(name, [source]);
      else known.push(source);
    }
  }
  return writersByHost;
}

function isHostName(host: string): boolean {
  return (
    host !== "" &&
    host
      .replace(/\.$/, "")
      .split(".")
      .every((label) => label !== "" && label.length <= MAX_LABEL_OCTETS)
  );
}

function absolute(host: string): string {
  return `${host.replace(/\.$/, "").toLowerCase()}.`;
}

/**
 * The one that gets the name: of several sources the one that has it already, else the one with the smallest target, as ExternalDNS
 * resolves conflicts. `owner` is the resource in the registry. Undefined where nothing with a load balancer writes the name.
 */
export function pickEndpoint(name: string, snapshot: Snapshot, owner: string | undefined): Endpoint | undefined {
  const writers = [
    ...(ingressesByHost(snapshot.list<Ingress>("Ingress")).get(name) ?? []),
    ...(servicesByHost(snapshot.list<Service>("Service")).get(name) ?? []),
  ];
  const candidates = writers.flatMap((source): Endpoint[] => {
    const host = hostsOf(source).find((candidate) => candidate.name === name);
    const [target] = targetsOf(source);
    return host === undefined || target === undefined || isOthers(source) ? [] : [{ source, pointer: host.pointer, target }];
  });
  const [smallest] = candidates.toSorted((left, right) => (left.target < right.target ? -1 : left.target > right.target ? 1 : 0));
  return candidates.find(({ source }) => resourceOf(source) === owner) ?? smallest;
}

/**
 * Sorted; an alias record has room for the first only (source/ingress.go; provider/aws, Targets[0]). Of Services those of type LoadBalancer have one,
 * unless external IPs go before it (source/service.go, extractLoadBalancerTargets).
 */
function targetsOf(source: Source): string[] {
  if (!isIngress(source) && (source.spec.type !== "LoadBalancer" || (source.spec.externalIPs ?? []).length > 0)) return [];
  return (source.status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname ?? []).sort();
}

function isOthers({ metadata }: Source): boolean {
  return LABELLED.some((prefix) => (metadata.annotations?.[`${prefix}controller`] ?? OWN_CONTROLLER) !== OWN_CONTROLLER);
}

export function originOf({ source, pointer }: Endpoint): Origin {
  const { name, namespace } = source.metadata;
  return { kind: source.kind, ...(namespace === undefined ? {} : { namespace }), name, pointer };
}
