// Hosts of Ingresses → DNS names with a load balancer behind them (ExternalDNS source/ingress.go, plan/conflict.go).
import { perList, perObject, type Snapshot } from "@loopway/kube";
import { formatPointer, type Ingress, type Origin } from "@loopway/model";
import { resourceOf } from "./ownership.ts";

const MAX_LABEL_OCTETS = 63;
const LABELLED = ["external-dns.kubernetes.io/", "external-dns.alpha.kubernetes.io/"];
const OWN_CONTROLLER = "dns-controller";

export interface Endpoint {
  ingress: Ingress;
  /** RFC 6901, into the Ingress: where the host is written. */
  pointer: string;
  /** DNS name of the load balancer. */
  target: string;
}

/** Every host an Ingress writes, absolute and lower case, with the place. Those with a label over 63 octets are dropped. */
export const hostsOf = perObject(({ spec, metadata }: Ingress): { name: string; pointer: string }[] => {
  const written = [
    ...(spec?.rules ?? []).map(({ host }, index) => ({ host, pointer: `/spec/rules/${index}/host` })),
    ...(spec?.tls ?? []).flatMap(({ hosts = [] }, index) => hosts.map((host, at) => ({ host, pointer: `/spec/tls/${index}/hosts/${at}` }))),
    ...LABELLED.flatMap((prefix) => {
      const key = `${prefix}hostname`;
      const hosts = metadata.annotations?.[key]?.replaceAll(" ", "").split(",") ?? [];
      return hosts.map((host) => ({ host, pointer: formatPointer("metadata", "annotations", key) }));
    }),
  ];
  return written.flatMap(({ host, pointer }) => (host === undefined || !isHostName(host) ? [] : [{ name: absolute(host), pointer }]));
});

const ingressesByHost = perList((ingresses: readonly Ingress[]) => {
  const byHost = new Map<string, Ingress[]>();
  for (const ingress of ingresses) {
    for (const name of new Set(hostsOf(ingress).map((host) => host.name))) {
      const known = byHost.get(name);
      if (known === undefined) byHost.set(name, [ingress]);
      else known.push(ingress);
    }
  }
  return byHost;
});

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
 * The one that gets the name: of several Ingresses the one that has it already, else the one with the smallest target, as ExternalDNS
 * resolves conflicts. `owner` is the resource in the registry. Undefined where no Ingress with a load balancer writes the name.
 */
export function pickEndpoint(name: string, snapshot: Snapshot, owner: string | undefined): Endpoint | undefined {
  const writers = ingressesByHost(snapshot.list<Ingress>("Ingress")).get(name) ?? [];
  const candidates = writers.flatMap((ingress): Endpoint[] => {
    const host = hostsOf(ingress).find((candidate) => candidate.name === name);
    const [target] = targetsOf(ingress);
    return host === undefined || target === undefined || isOthers(ingress) ? [] : [{ ingress, pointer: host.pointer, target }];
  });
  const [smallest] = candidates.toSorted((left, right) => (left.target < right.target ? -1 : left.target > right.target ? 1 : 0));
  return candidates.find(({ ingress }) => resourceOf(ingress) === owner) ?? smallest;
}

/** Sorted; an alias record has room for the first only (source/ingress.go; provider/aws, Targets[0]). */
function targetsOf({ status }: Ingress): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname ?? []).sort();
}

function isOthers({ metadata }: Ingress): boolean {
  return LABELLED.some((prefix) => (metadata.annotations?.[`${prefix}controller`] ?? OWN_CONTROLLER) !== OWN_CONTROLLER);
}

export function originOf({ ingress, pointer }: Endpoint): Origin {
  const { name, namespace } = ingress.metadata;
  return { kind: "Ingress", ...(namespace === undefined ? {} : { namespace }), name, pointer };
}
