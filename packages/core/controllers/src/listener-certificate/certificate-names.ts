// For which DNS names the stand-in of a certificate is issued whose key is not here.
import type { Snapshot } from "@loopway/kube";
import {
  type Certificate,
  type Ingress,
  type KubeObject,
  type Listener,
  type LoadBalancer,
  parseOrigin,
  type RecordSet,
} from "@loopway/model";
import { hostsOf } from "../external-dns/endpoints.ts";

export function certificateOf(arn: string, snapshot: Snapshot): Certificate | undefined {
  return snapshot.list<Certificate>("Certificate").find(({ status }) => status?.ackResourceMetadata?.arn === arn);
}

/** What the listener was built from. */
export function builtFrom(listener: Listener, snapshot: Snapshot): KubeObject | undefined {
  const origin = parseOrigin(listener.metadata.annotations);
  return origin && snapshot.get(origin.kind, origin.namespace, origin.name);
}

/**
 * The names of its Certificate. Of one that is not here: those that lead to the load balancer, and those for which ExternalDNS is asked to make them
 * lead there; where there are none, the load balancer's own.
 */
export function namesFor(arn: string, listener: Listener, snapshot: Snapshot): string[] {
  const { domainName, subjectAlternativeNames = [] } = certificateOf(arn, snapshot)?.spec ?? {};
  if (domainName !== undefined) return [...new Set([domainName, ...subjectAlternativeNames])];
  const { name, namespace = listener.metadata.namespace } = listener.spec.loadBalancerRef.from;
  const dnsName = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name)?.status?.dnsName;
  if (dnsName === undefined) return [];
  const owner = builtFrom(listener, snapshot);
  // Of a Service it reads the annotation alone.
  const asked = owner === undefined ? [] : hostsOf(owner as Ingress).map((host) => bare(host.name));
  const names = new Set([...asked, ...namesLeadingTo(dnsName.toLowerCase(), snapshot.list<RecordSet>("RecordSet"))]);
  return names.size > 0 ? [...names].sort() : [dnsName];
}

/** Over aliases and CNAMEs, however many in a row. */
function namesLeadingTo(target: string, records: readonly RecordSet[]): string[] {
  const found = new Set<string>([target]);
  const steps = records.flatMap(({ spec }) => targetsOf(spec).map((to) => ({ from: bare(spec.name), to: bare(to) })));
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { from, to } of steps) if (found.has(to)) found.add(from);
  }
  found.delete(target);
  return [...found];
}

function targetsOf({ aliasTarget, recordType, resourceRecords = [] }: RecordSet["spec"]): string[] {
  if (aliasTarget !== undefined) return [aliasTarget.dnsName];
  return recordType === "CNAME" ? resourceRecords.map(({ value }) => value) : [];
}

/** As in a certificate; Route 53 writes a wildcard's asterisk as an octal escape, and "dualstack." before a load balancer's name. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\\052\./, "*.")
    .replace(/^dualstack\./, "");
}
