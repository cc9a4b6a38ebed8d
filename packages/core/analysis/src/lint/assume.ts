// What manifests leave to others: a snapshot to which is added what the cluster or the account must hold for them to work at all.
import { certificateHosts } from "@loopway/controllers";
import type { ListOptions, Snapshot } from "@loopway/kube";
import { ACCOUNT_ID, type Certificate, type Ingress, type KubeObject, objectKey, REGION, type Service } from "@loopway/model";
import { findBackends } from "./backends.ts";

/** The objects are added; those that are there already stay. */
export function withAssumed(snapshot: Snapshot, assumed: readonly KubeObject[]): Snapshot {
  const byKey = new Map(assumed.map((object) => [`${object.kind} ${objectKey(object)}`, object]));
  const kinds = new Set(assumed.map(({ kind }) => kind));
  return {
    get: <T extends KubeObject>(kind: string, namespace: string | undefined, name: string) =>
      snapshot.get<T>(kind, namespace, name) ??
      (byKey.get(`${kind} ${objectKey({ metadata: { name, ...(namespace === undefined ? {} : { namespace }) } })}`) as T | undefined),
    list: <T extends KubeObject>(kind: string, options: ListOptions = {}) => {
      const stored = snapshot.list<T>(kind, options);
      if (!kinds.has(kind) || options.labels !== undefined) return stored;
      const { namespace } = options;
      const added = [...byKey.values()].filter(
        (object) => object.kind === kind && (namespace ?? object.metadata.namespace) === object.metadata.namespace,
      );
      return [...stored, ...(added as unknown as T[])];
    },
  };
}

/** An issued certificate for every host: what ACM holds cannot be seen in manifests. */
export function assumedCertificates(snapshot: Snapshot): Certificate[] {
  const hosts = snapshot.list<Ingress>("Ingress").flatMap(certificateHosts);
  return [...new Set(hosts)].map((host, index) => ({
    apiVersion: "acm.services.k8s.aws/v1alpha1",
    kind: "Certificate",
    metadata: { name: `assumed-${index}` },
    spec: { domainName: host },
    status: { status: "ISSUED", ackResourceMetadata: { arn: `arn:aws:acm:${REGION}:${ACCOUNT_ID}:certificate/assumed-${index}` } },
  }));
}

/** The Services of Ingresses in namespaces without any, with the ports that backends name: they are written down elsewhere more often than forgotten. */
export function assumedServices(snapshot: Snapshot): Service[] {
  const services = new Map<string, Service>();
  for (const ingress of snapshot.list<Ingress>("Ingress")) {
    const { namespace = "default" } = ingress.metadata;
    if (snapshot.list("Service", { namespace }).length > 0) continue;
    for (const { serviceName, servicePort } of findBackends(ingress)) {
      const key = `${namespace}/${serviceName}`;
      const known = services.get(key)?.spec.ports ?? [];
      if (known.some(({ port, name }) => port === servicePort || name === servicePort)) continue;
      services.set(key, serviceWith(namespace, serviceName, [...known, portFor(servicePort, known.length)]));
    }
  }
  return [...services.values()];
}

type Port = NonNullable<Service["spec"]["ports"]>[number];

function portFor(servicePort: number | string, index: number): Port {
  const nodePort = 30_000 + index;
  return typeof servicePort === "number" ? { port: servicePort, nodePort } : { name: servicePort, port: 1 + index, nodePort };
}

function serviceWith(namespace: string, name: string, ports: Port[]): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, uid: `assumed-${namespace}/${name}` },
    spec: { type: "NodePort", ports },
  };
}
