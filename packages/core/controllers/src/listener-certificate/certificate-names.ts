// For which DNS names the stand-in of a certificate is issued whose key is not here.
import type { Snapshot } from "@loopway/kube";
import type { Certificate, Listener, LoadBalancer, RecordSet } from "@loopway/model";

export function certificateOf(arn: string, snapshot: Snapshot): Certificate | undefined {
  return snapshot.list<Certificate>("Certificate").find(({ status }) => status?.ackResourceMetadata?.arn === arn);
}

/** The names of its Certificate; of one that is not here, those that lead to the load balancer; where none does, the load balancer's own. */
export function namesFor(arn: string, listener: Listener, snapshot: Snapshot): string[] {
  const { domainName, subjectAlternativeNames = [] } = certificateOf(arn, snapshot)?.spec ?? {};
  if (domainName !== undefined) return [...new Set([domainName, ...subjectAlternativeNames])];
  const { name, namespace = listener.metadata.namespace } = listener.spec.loadBalancerRef.from;
  const dnsName = snapshot.get<LoadBalancer>("LoadBalancer", namespace, name)?.status?.dnsName;
  if (dnsName === undefined) return [];
  const leading = namesLeadingTo(dnsName.toLowerCase(), snapshot.list<RecordSet>("RecordSet"));
  return leading.length > 0 ? leading : [dnsName];
}

/** Over aliases and CNAMEs, however many in a row; sorted, without the final dot. */
function namesLeadingTo(target: string, records: readonly RecordSet[]): string[] {
  const found = new Set<string>([target]);
  const steps = records.flatMap(({ spec }) => targetsOf(spec).map((to) => ({ from: bare(spec.name), to: bare(to) })));
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { from, to } of steps) if (found.has(to)) found.add(from);
  }
  found.delete(target);
  return [...found].sort();
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
