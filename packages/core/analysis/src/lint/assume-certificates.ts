import type { ListOptions, Snapshot } from "@loopway/kube";
import { ACCOUNT_ID, type Certificate, type Ingress, type KubeObject, REGION } from "@loopway/model";

/** The snapshot with an issued certificate for every host: what ACM holds cannot be seen in manifests. */
export function assumeCertificates(snapshot: Snapshot): Snapshot {
  const hosts = snapshot
    .list<Ingress>("Ingress")
    .flatMap(({ spec }) => [
      ...(spec?.rules ?? []).flatMap(({ host }) => host ?? []),
      ...(spec?.tls ?? []).flatMap((tls) => tls.hosts ?? []),
    ]);
  const assumed = new Map([...new Set(hosts)].map((host, index) => [`assumed-${index}`, certificateFor(host, index)]));
  return {
    get: <T extends KubeObject>(kind: string, namespace: string | undefined, name: string) =>
      ((kind === "Certificate" ? assumed.get(name) : undefined) as T | undefined) ?? snapshot.get<T>(kind, namespace, name),
    list: <T extends KubeObject>(kind: string, options?: ListOptions) => {
      const stored = snapshot.list<T>(kind, options);
      return kind === "Certificate" ? [...stored, ...([...assumed.values()] as unknown as T[])] : stored;
    },
  };
}

function certificateFor(host: string, index: number): Certificate {
  const arn = `arn:aws:acm:${REGION}:${ACCOUNT_ID}:certificate/assumed-${index}`;
  return {
    apiVersion: "acm.services.k8s.aws/v1alpha1",
    kind: "Certificate",
    metadata: { name: `assumed-${index}` },
    spec: { domainName: host },
    status: { status: "ISSUED", ackResourceMetadata: { arn } },
  };
}
