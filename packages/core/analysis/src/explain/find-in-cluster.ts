// What the cluster's DNS knows under a name: from the table that the coredns hop would serve from.
import { CLASS_IN, compileClusterZones, isFlaw, parseName, resolveQuery } from "@loopway/dns";
import { perObject, type Snapshot } from "@loopway/kube";
import { type EndpointSlice, type Namespace, objectKey, type Service } from "@loopway/model";
import type { Settled } from "../settled.ts";
import type { NameAnswer } from "./explanation.ts";
import { placeOf } from "./place-of.ts";

const CLUSTER_DOMAIN = "cluster.local";

/** A Service; or addresses that are dialled as they are: an endpoint's (then `service` is whose), or the one that the name of a pod spells out. */
export type InCluster = { kind: "service"; service: Service } | { kind: "pod"; answer: NameAnswer; service?: Service };

export function isOfCluster(name: string): boolean {
  return name.replace(/\.$/, "").endsWith(`.${CLUSTER_DOMAIN}`);
}

/** Undefined where the cluster's DNS has no address under the name. A Service without ready endpoints is found all the same. */
export function findInCluster(fullName: string, settled: Settled): InCluster | undefined {
  const { snapshot } = settled;
  const service = findService(fullName, snapshot);
  if (service !== undefined) return { kind: "service", service };
  const addresses = isOfCluster(fullName) ? addressesOf(fullName, settled) : [];
  if (addresses.length === 0) return undefined;
  const owner = findService(fullName.slice(fullName.indexOf(".") + 1), snapshot);
  const reason = owner === undefined ? "the address that the name of a pod spells out" : `an endpoint of Service ${objectKey(owner)}`;
  const answer = { name: fullName, addresses, reason, ...(owner === undefined ? {} : { place: placeOf(owner) }) };
  return { kind: "pod", answer, ...(owner === undefined ? {} : { service: owner }) };
}

function findService(fullName: string, snapshot: Snapshot): Service | undefined {
  const [name = "", namespace = "", ...rest] = fullName.split(".");
  return rest.join(".") === `svc.${CLUSTER_DOMAIN}` ? snapshot.get<Service>("Service", namespace, name) : undefined;
}

const zonesOf = perObject(({ snapshot }: Settled) =>
  compileClusterZones({
    namespaces: snapshot.list<Namespace>("Namespace"),
    services: snapshot.list<Service>("Service"),
    slices: snapshot.list<EndpointSlice>("EndpointSlice"),
    revision: 0,
  }),
);

function addressesOf(fullName: string, settled: Settled): string[] {
  const parsed = parseName(fullName, { radix: 10, origin: "." });
  if (isFlaw(parsed)) return [];
  const { decision, answers } = resolveQuery(zonesOf(settled), { name: parsed, type: "A", class: CLASS_IN }, 0);
  return answers.flatMap(({ type }, index) => (type === "A" ? (decision.answers[index] ?? []) : []));
}
