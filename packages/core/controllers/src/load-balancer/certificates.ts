// certificate-arn, and discovery among the Certificates of ACM by host (pkg/ingress/model_build_listener.go, cert_discovery.go).
import type { Snapshot } from "@loopway/kube";
import type { Certificate, Ingress } from "@loopway/model";
import { type Report, readList } from "./annotations.ts";
import type { ClassParams } from "./ingress-class.ts";

export function explicitCertificates(ingress: Ingress, { certificateArn = [] }: ClassParams): string[] {
  return certificateArn.length > 0 ? certificateArn : (readList("certificate-arn", [ingress.metadata.annotations]) ?? []);
}

/** All issued certificates that fit a host of the Ingress, sorted; every host needs one. */
export function discoverCertificates(ingress: Ingress, snapshot: Snapshot, report: Report): string[] {
  const issued = snapshot.list<Certificate>("Certificate").filter(({ status }) => (status?.status ?? "ISSUED") === "ISSUED");
  const arns = new Set<string>();
  for (const host of hostsOf(ingress)) {
    const fitting = issued.filter((certificate) => covers(certificate, host));
    if (fitting.length === 0) report(`no certificate found for host: ${host}`);
    for (const { status } of fitting) if (status?.ackResourceMetadata?.arn !== undefined) arns.add(status.ackResourceMetadata.arn);
  }
  return [...arns].sort();
}

/** Of its rules and its tls section, sorted. */
export function hostsOf({ spec }: Ingress): string[] {
  const ruleHosts = (spec?.rules ?? []).flatMap(({ host }) => (host === undefined || host === "" ? [] : [host]));
  return [...new Set([...ruleHosts, ...(spec?.tls ?? []).flatMap((tls) => tls.hosts ?? [])])].sort();
}

/** `*.` stands for exactly one label. */
export function covers({ spec }: Certificate, host: string): boolean {
  const names = [spec.domainName, ...(spec.subjectAlternativeNames ?? [])];
  const wildcard = `*${host.slice(Math.max(host.indexOf("."), 0))}`;
  return names.includes(host) || (host.includes(".") && names.includes(wildcard));
}
