// Which Listeners a change concerns. Keys: Listeners.
import { type IndexFunction, isEqual, type Snapshot, type WatchedKind } from "@loopway/kube";
import { type Certificate, type KubeObject, type Listener, objectKey, parseOrigin } from "@loopway/model";
import { ownKey } from "../owner.ts";

export const watches: readonly WatchedKind[] = [
  { kind: "Listener", keysOf: (object, previous) => ([object, previous].some(endsTls) ? ownKey(object, previous) : []) },
  { kind: "Certificate", keysOf: (object, previous, snapshot) => listenersWith([arnOf(object), arnOf(previous)], snapshot) },
  { kind: "Secret", keysOf: (object, previous, snapshot) => listenersOfSecret(object ?? previous, snapshot) },
  { kind: "Service", keysOf: (object, previous, snapshot) => listenersBuiltFrom(object ?? previous, snapshot) },
  // The names that lead to a load balancer.
  { kind: "RecordSet", keysOf: (_object, _previous, snapshot) => secureListeners(snapshot).map(objectKey) },
  {
    kind: "LoadBalancer",
    keysOf: (object, previous, snapshot) => (isEqual(nameOf(object), nameOf(previous)) ? [] : secureListeners(snapshot).map(objectKey)),
  },
];

/** Asked at every Service, Secret and record: thousands of listeners end no TLS. */
function secureListeners(snapshot: Snapshot): readonly Listener[] {
  return snapshot.list<Listener>("Listener", { by: { index: protocolOf, value: "TLS" } });
}

function endsTls(listener: KubeObject | undefined): boolean {
  return (listener as Listener | undefined)?.spec.protocol === "TLS";
}

const protocolOf: IndexFunction = (object) => [(object as Listener).spec.protocol];

function arnOf(certificate: KubeObject | undefined): string | undefined {
  return (certificate as Certificate | undefined)?.status?.ackResourceMetadata?.arn;
}

function nameOf(loadBalancer: KubeObject | undefined): unknown {
  return (loadBalancer?.status as { dnsName?: string } | undefined)?.dnsName;
}

function listenersWith(arns: readonly (string | undefined)[], snapshot: Snapshot): string[] {
  const wanted = secureListeners(snapshot).filter(({ spec }) =>
    spec.certificates?.some(({ certificateARN }) => certificateARN !== undefined && arns.includes(certificateARN)),
  );
  return wanted.map(objectKey);
}

function listenersBuiltFrom(service: KubeObject | undefined, snapshot: Snapshot): string[] {
  const { namespace, name } = service?.metadata ?? {};
  const isOrigin = (listener: Listener) => {
    const origin = parseOrigin(listener.metadata.annotations);
    return origin?.kind === "Service" && origin.namespace === namespace && origin.name === name;
  };
  return secureListeners(snapshot).filter(isOrigin).map(objectKey);
}

/** One that a Certificate refers to, or one of a listener's own. */
function listenersOfSecret(secret: KubeObject | undefined, snapshot: Snapshot): string[] {
  if (secret === undefined || secureListeners(snapshot).length === 0) return [];
  const { namespace, name, ownerReferences = [] } = secret.metadata;
  const owners = ownerReferences.filter(({ kind }) => kind === "Listener").map((owner) => `${namespace}/${owner.name}`);
  const referring = snapshot
    .list<Certificate>("Certificate")
    .filter(({ spec }) => [spec.certificate, spec.privateKey].some((at) => at?.name === name && at.namespace === namespace));
  return [...owners, ...listenersWith(referring.map(arnOf), snapshot)];
}
