// Listeners that end TLS → a Secret for each of their certificates, which the load balancer's process reads, as ELB gets a copy of what ACM holds.
// The key of an imported certificate is copied; where there is none here, the Secret asks the control plane for one of the local CA. Key: the Listener's.
import type { Change, Controller, ReconcileInput, ReconcileResult, Snapshot } from "@loopway/kube";
import {
  CERTIFICATE_ARN_ANNOTATION,
  type Certificate,
  ISSUE_CERTIFICATE_ANNOTATION,
  type Listener,
  type Secret,
  type SecretKeyReference,
  STACK_LABEL,
  securityPolicies,
} from "@loopway/model";
import { deletionChange, updateChange } from "../changes.ts";
import { eventOnce } from "../event-once.ts";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { controllerReference, getByKey, listControlled } from "../owner.ts";
import { sha256 } from "../sha256.ts";
import { builtFrom, certificateOf, namesFor } from "./certificate-names.ts";
import { watches } from "./watches.ts";

export const listenerCertificateController: Controller = { name: "listener-certificate", watches, reconcile };

function reconcile({ key, snapshot }: ReconcileInput): ReconcileResult {
  const listener = getByKey<Listener>(snapshot, "Listener", key);
  if (listener === undefined) return { changes: [] };
  const held = arnsOf(listener).map((arn) => hold(arn, listener, snapshot));
  const names = new Set(held.map(({ secret }) => secret.metadata.name));
  const unwanted = listControlled<Secret>(snapshot, "Secret", listener).filter(({ metadata }) => !names.has(metadata.name));
  const writes = held.flatMap(({ secret }): Change[] => {
    const stored = storedSecret(secret.metadata.name, snapshot);
    return stored === undefined ? [{ op: "create", object: secret }] : updateChange(stored, secret);
  });
  const told = [...held.flatMap(({ told }) => told), ...policyTold(listener)].flatMap((each) => tell(listener, snapshot, each));
  return { changes: [...writes, ...unwanted.map(deletionChange), ...told] };
}

/** Once each, in the listener's order. */
function arnsOf({ spec }: Listener): string[] {
  if (spec.protocol !== "TLS") return [];
  return [...new Set((spec.certificates ?? []).flatMap(({ certificateARN }) => certificateARN ?? []))];
}

interface Told {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
}

/** Garbage-collected with the listener. */
function hold(arn: string, listener: Listener, snapshot: Snapshot): { secret: Secret; told: Told[] } {
  const name = `${listener.metadata.name}.${sha256(arn).slice(0, 10)}`;
  const stored = storedSecret(name, snapshot);
  const certificate = certificateOf(arn, snapshot);
  const imported = certificate === undefined ? undefined : materialOf(certificate, snapshot);
  const { [STACK_LABEL]: stack = "" } = listener.metadata.labels ?? {};
  const make = (annotations: Record<string, string>, data: Record<string, string>): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...stored?.metadata,
      name,
      namespace: AWS_NAMESPACE,
      labels: { [STACK_LABEL]: stack },
      annotations: { ...annotations, [CERTIFICATE_ARN_ANNOTATION]: arn },
      ownerReferences: [controllerReference(listener)],
    },
    type: "kubernetes.io/tls",
    data,
  });
  if (imported !== undefined) return { secret: make({}, imported), told: [] };
  const names = namesFor(arn, listener, snapshot);
  const wish = { [ISSUE_CERTIFICATE_ANNOTATION]: JSON.stringify(names) };
  const { protocol, port } = listener.spec;
  const message = `certificate ${arn} of listener ${protocol}:${port}: its private key is not in Loopway; one of the local CA, for ${names.join(", ")}, is served in its place (\`loopway trust\` has this machine trust it)`;
  const type = certificate === undefined ? "Warning" : "Normal";
  // What was issued before serves until the new one is there.
  const wasIssued = stored?.metadata.annotations?.[ISSUE_CERTIFICATE_ANNOTATION] !== undefined;
  const secret = wasIssued
    ? make({ ...stored?.metadata.annotations, ...wish }, stored?.data ?? {})
    : make(wish, { "tls.crt": "", "tls.key": "" });
  return { secret, told: [{ type, reason: "CertificateIssuedLocally", message }] };
}

function storedSecret(name: string, snapshot: Snapshot): Secret | undefined {
  return snapshot.get<Secret>("Secret", AWS_NAMESPACE, name);
}

/** As the Certificate refers to it. */
function materialOf({ spec }: Certificate, snapshot: Snapshot): Record<string, string> | undefined {
  const [certificate, privateKey] = [valueAt(spec.certificate, snapshot), valueAt(spec.privateKey, snapshot)];
  return certificate === undefined || privateKey === undefined ? undefined : { "tls.crt": certificate, "tls.key": privateKey };
}

function valueAt(reference: SecretKeyReference | undefined, snapshot: Snapshot): string | undefined {
  return reference && snapshot.get<Secret>("Secret", reference.namespace, reference.name)?.data?.[reference.key];
}

function policyTold({ spec: { protocol, port, sslPolicy } }: Listener): Told[] {
  if (protocol !== "TLS" || sslPolicy === undefined || securityPolicies[sslPolicy] !== undefined) return [];
  const message = `security policy ${sslPolicy} of listener ${protocol}:${port} is none that Loopway knows: TLS 1.2 and 1.3 are served`;
  return [{ type: "Warning", reason: "UnknownSecurityPolicy", message }];
}

function tell(listener: Listener, snapshot: Snapshot, told: Told): Change[] {
  const about = builtFrom(listener, snapshot) ?? listener;
  return eventOnce(snapshot, { op: "event", ...told, about, component: about === listener ? "elb" : "service" });
}
