// From a name to addresses, and why: Route 53's answer from outside; from a pod, what its resolv.conf leads to.
import { hostsOf, loadGroup, membershipOf } from "@loopway/controllers";
import { CLASS_IN, compileZones, isFlaw, nameKey, nodeDnsOf, parseName, resolvConfOf, resolveQuery, searchNames } from "@loopway/dns";
import { perObject, type Snapshot } from "@loopway/kube";
import {
  addressPlan,
  CLUSTER_DNS,
  type HostedZone,
  type Ingress,
  type LoadBalancer,
  objectKey,
  type Pod,
  type Problem,
  parseOrigin,
  type RecordSet,
  type Service,
} from "@loopway/model";
import type { Settled, SettledLoadBalancer } from "../settled.ts";
import type { NameAnswer, Place } from "./explanation.ts";
import { findInCluster, type InCluster, isOfCluster } from "./find-in-cluster.ts";
import { placeOf, placeOfOrigin } from "./place-of.ts";

/** Where a name leads: to public addresses, to a Service of the cluster, or past Services to the addresses of pods. */
export type Resolved =
  | { kind: "public"; answer: NameAnswer }
  | { kind: "service"; answer: NameAnswer; service: Service }
  | Extract<InCluster, { kind: "pod" }>;

/** `client`: the pod that asks; undefined from outside the cluster. */
export function resolveName(name: string, settled: Settled, client: Pod | undefined): Resolved {
  if (isAddress(name)) return { kind: "public", answer: { name, addresses: [name], reason: "an address needs no name" } };
  return client === undefined ? { kind: "public", answer: resolvePublic(name, settled) } : resolveFromPod(name, settled, client);
}

/** The names of its search list one after the other. A name server that is not the cluster's is taken to know what the internet knows. */
function resolveFromPod(name: string, settled: Settled, client: Pod): Resolved {
  const { snapshot } = settled;
  const { namespace, name: dnsName } = CLUSTER_DNS;
  const usual = nodeDnsOf(addressPlan(0));
  const clusterDns = snapshot.get<Service>("Service", namespace, dnsName)?.spec.clusterIP ?? usual.clusterDns;
  const conf = resolvConfOf(client, { ...usual, clusterDns });
  const asksCluster = conf.nameservers[0] === clusterDns;
  for (const candidate of searchNames(name, conf)) {
    const found = asksCluster ? findInCluster(candidate, settled) : undefined;
    if (found !== undefined) return found.kind === "service" ? describeService(found.service, candidate, settled) : found;
    const answer = asksCluster && isOfCluster(candidate) ? undefined : resolvePublic(candidate, settled);
    if (answer !== undefined && answer.addresses.length > 0) return { kind: "public", answer };
  }
  if (asksCluster && isOfCluster(name))
    return { kind: "public", answer: { name, addresses: [], reason: "the cluster's DNS has no such name" } };
  const answer = resolvePublic(name, settled);
  if (asksCluster) return { kind: "public", answer };
  const { dnsPolicy = "ClusterFirst" } = client.spec;
  const policy = dnsPolicy === "ClusterFirst" ? "hostNetwork" : `dnsPolicy ${dnsPolicy}`;
  const reason = `${answer.reason}; the pod does not ask the cluster's DNS (${policy})`;
  return { kind: "public", answer: { ...answer, reason } };
}

function describeService(service: Service, fullName: string, settled: Settled): Resolved {
  const { clusterIP, externalName, type } = service.spec;
  if (type === "ExternalName") {
    const answer = resolvePublic(externalName ?? "", settled);
    const reason = `Service ${objectKey(service)} is the ExternalName ${externalName}; ${answer.reason}`;
    return { kind: "public", answer: { ...answer, name: fullName, reason, place: placeOf(service, "/spec/externalName") } };
  }
  const addresses = clusterIP === undefined || clusterIP === "None" ? [] : [clusterIP];
  const reason = clusterIP === "None" ? "a headless Service: its pods' own addresses" : `the ClusterIP of Service ${objectKey(service)}`;
  return { kind: "service", service, answer: { name: fullName, addresses, reason, place: placeOf(service) } };
}

function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

const zonesOf = perObject(({ snapshot }: Settled) =>
  compileZones({
    hostedZones: snapshot.list<HostedZone>("HostedZone"),
    recordSets: snapshot.list<RecordSet>("RecordSet"),
    loadBalancers: snapshot.list<LoadBalancer>("LoadBalancer"),
  }),
);

function resolvePublic(name: string, settled: Settled): NameAnswer {
  const parsed = parseName(name, { radix: 10, origin: "." });
  if (isFlaw(parsed)) return { name, addresses: [], reason: parsed.reason };
  const { table } = zonesOf(settled);
  const { decision, answers } = resolveQuery(table, { name: parsed, type: "A", class: CLASS_IN }, 0);
  const { hostedZone, record, rcode } = decision;
  const addresses = answers.flatMap(({ type }, index) => (type === "A" ? (decision.answers[index] ?? []) : []));
  if (addresses.length === 0) return missing(name, settled, { hostedZone, rcode });
  return { name, addresses, ...describeRecord({ hostedZone, record }, settled.snapshot) };
}

function describeRecord(
  { hostedZone, record }: { hostedZone: string | undefined; record: string | undefined },
  snapshot: Snapshot,
): Omit<NameAnswer, "name" | "addresses"> {
  const recordSet =
    record === undefined ? undefined : snapshot.list<RecordSet>("RecordSet").find(({ metadata }) => metadata.name === record);
  if (recordSet === undefined) return { reason: "the load balancer's own name", ...(hostedZone === undefined ? {} : { hostedZone }) };
  const { name, recordType, aliasTarget } = recordSet.spec;
  const wildcard = /^(\*|\\052)\./.test(name);
  const origin = parseOrigin(recordSet.metadata.annotations);
  const writer =
    origin === undefined
      ? "a record that was imported"
      : `a record that ExternalDNS writes for ${origin.kind} ${origin.namespace}/${origin.name}`;
  const what = aliasTarget === undefined ? recordType : `${recordType} alias to ${aliasTarget.dnsName}`;
  const place = placeOfOrigin(origin, snapshot) ?? placeOf(recordSet);
  return {
    reason: `${what} in hosted zone ${hostedZone}: ${writer}${wildcard ? `, the wildcard ${name}` : ""}`,
    ...(hostedZone === undefined ? {} : { hostedZone }),
    record: recordSet.metadata.name,
    ...(aliasTarget === undefined ? {} : { alias: aliasTarget.dnsName }),
    ...(wildcard ? { wildcard } : {}),
    place,
  };
}

/**
 * Why the name has no address. Where no hosted zone was given at all, DNS is somebody else's: the name is taken to point to the load
 * balancer whose Ingress writes it, as ExternalDNS would see to.
 */
function missing(name: string, settled: Settled, { hostedZone, rcode }: { hostedZone: string | undefined; rcode: string }): NameAnswer {
  const { snapshot, loadBalancers } = settled;
  const key = nameKey(`${name.replace(/\.$/, "")}.`);
  const writer = snapshot.list<Ingress>("Ingress").find((ingress) => hostsOf(ingress).some((host) => covers(host.name, key)));
  const entry =
    writer === undefined ? undefined : loadBalancers.find(({ ingresses }) => ingresses.some((one) => objectKey(one) === objectKey(writer)));
  const pointer = writer === undefined ? "" : (hostsOf(writer).find((host) => covers(host.name, key))?.pointer ?? "");
  const place = writer === undefined ? {} : { place: placeOf(writer, pointer) };
  if (entry !== undefined && hostedZone === undefined && snapshot.list("HostedZone").length === 0) {
    const reason = `no hosted zone was given: taken to point to the load balancer of Ingress ${objectKey(entryIngress(entry, writer))} (--zone FILE checks it)`;
    return { name, addresses: entry.table.addresses, reason, ...place };
  }
  const zone = hostedZone === undefined ? {} : { hostedZone };
  if (writer === undefined) {
    const where = hostedZone === undefined ? "no hosted zone holds it" : `hosted zone ${hostedZone} has no such record (${rcode})`;
    return { name, addresses: [], reason: `${where}, and no Ingress writes the host ${name}`, ...zone };
  }
  const unwritten = whyUnwritten(writer, entry, settled, hostedZone);
  return { name, addresses: [], ...zone, ...place, ...unwritten };
}

function entryIngress({ ingresses }: SettledLoadBalancer, writer: Ingress | undefined): Ingress {
  const ingress = writer ?? ingresses[0];
  if (ingress === undefined) throw new Error("a load balancer has an Ingress");
  return ingress;
}

function whyUnwritten(
  writer: Ingress,
  entry: SettledLoadBalancer | undefined,
  { problems, snapshot }: Settled,
  hostedZone: string | undefined,
): { reason: string; place?: Place } {
  const object = `Ingress ${objectKey(writer)}`;
  if (entry === undefined) {
    const problem = problemOf(writer, problems, snapshot);
    return problem === undefined
      ? { reason: `${object} writes it and has no load balancer` }
      : { reason: `${object} writes it and has no load balancer: ${problem.message}`, place: placeOfProblem(problem) };
  }
  if (hostedZone === undefined) return { reason: `${object} writes it, but no hosted zone holds it` };
  const problem = problems.find((one) => one.object === object && one.code === "RecordNotOwned");
  return { reason: problem?.message ?? `${object} writes it, but hosted zone ${hostedZone} has no record of it` };
}

/** What keeps the Ingress from having a load balancer: its own error, else the first of another member of its group. */
function problemOf(ingress: Ingress, problems: readonly Problem[], snapshot: Snapshot): Problem | undefined {
  const membership = membershipOf(ingress, snapshot);
  const members = membership.kind === "member" ? loadGroup(membership.groupId, snapshot).members : [ingress];
  const names = new Set(members.map((member) => `Ingress ${objectKey(member)}`));
  const own = problems.filter(({ object, code }) => object === `Ingress ${objectKey(ingress)}` && code !== "WaitingForHostedZone");
  return [...own, ...problems.filter(({ object = "", severity }) => severity === "error" && names.has(object))][0];
}

function placeOfProblem({ object = "", path = "", source }: Problem): Place {
  return { object, pointer: path, ...(source === undefined ? {} : { source }) };
}

/** `*.` stands for any labels, as a wildcard record does. */
function covers(written: string, key: string): boolean {
  return written === key || (written.startsWith("*.") && key.endsWith(written.slice(1)));
}
