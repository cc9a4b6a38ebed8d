// Certificates of ACM: one for each Secret that is marked for import, and an ARN for every Certificate that a user wrote. Keys: "secret:" and
// "certificate:" with the object's own. Names and dates come from the API server, which reads the PEM; keys stay in the Secret.
import { type Change, type Controller, formatTimestamp, type ReconcileInput, type ReconcileResult, type Snapshot } from "@loopway/kube";
import {
  ACCOUNT_ID,
  apiVersionOf,
  CERTIFICATE_ANNOTATION,
  type Certificate,
  type CertificateFacts,
  IMPORT_CERTIFICATE_ANNOTATION,
  type KubeObject,
  kindNamed,
  ORIGIN_ANNOTATION,
  type Origin,
  objectKey,
  parseOrigin,
  REGION,
  type Secret,
} from "@loopway/model";
import { deletionChange, statusChange, updateChange } from "../changes.ts";
import { AWS_NAMESPACE, certificateArn } from "../load-balancer/names.ts";
import { getByKey } from "../owner.ts";
import { parseTime } from "../parse-time.ts";

const SECRET = "secret:";
const CERTIFICATE = "certificate:";

export const certificateController: Controller = {
  name: "certificate",
  watches: [
    {
      kind: "Secret",
      keysOf: (object, previous) => ([object, previous].some(isMarked) ? [SECRET + keyOf(object, previous)] : []),
    },
    // One that somebody deleted comes back as long as its Secret is marked.
    { kind: "Certificate", keysOf: (object, previous) => [CERTIFICATE + keyOf(object, previous), ...secretKeyOf(object ?? previous)] },
  ],
  reconcile: (input) => {
    const { key } = input;
    return key.startsWith(SECRET) ? importSecret(key.slice(SECRET.length), input) : issue(key.slice(CERTIFICATE.length), input);
  },
};

function isMarked(object: KubeObject | undefined): boolean {
  return object?.metadata.annotations?.[IMPORT_CERTIFICATE_ANNOTATION] === "true";
}

function keyOf(object: KubeObject | undefined, previous: KubeObject | undefined): string {
  const present = object ?? previous;
  return present === undefined ? "" : objectKey(present);
}

function secretKeyOf(certificate: KubeObject | undefined): string[] {
  const origin = parseOrigin(certificate?.metadata.annotations);
  return origin?.kind === "Secret" ? [`${SECRET}${origin.namespace}/${origin.name}`] : [];
}

/** acm ImportCertificate: in effect at once, and never renewed by ACM. */
function importSecret(key: string, { snapshot, now }: ReconcileInput): ReconcileResult {
  const secret = getByKey<Secret>(snapshot, "Secret", key);
  const stored = importedFrom(key, snapshot);
  const facts = isMarked(secret) ? factsOf(secret) : undefined;
  if (secret === undefined || facts === undefined) return { changes: stored === undefined ? [] : [deletionChange(stored)] };
  const untilExpiryMs = (parseTime(facts.notAfter) ?? now) - now;
  const wanted = buildCertificate(secret, facts, untilExpiryMs > 0);
  const requeue = untilExpiryMs > 0 ? { requeueAfterMs: untilExpiryMs } : {};
  if (stored === undefined) return { changes: [create(wanted, now), tell(secret, wanted)], ...requeue };
  const next = { ...stored, spec: wanted.spec };
  return { changes: [...updateChange(stored, next), ...statusChange(stored, { ...stored.status, ...wanted.status })], ...requeue };
}

/** A Certificate's name holds the Secret's namespace and name: a dot can stand in the latter only. */
function importedFrom(key: string, snapshot: Snapshot): Certificate | undefined {
  const found = snapshot.get<Certificate>("Certificate", AWS_NAMESPACE, key.replace("/", "."));
  return secretKeyOf(found).includes(SECRET + key) ? found : undefined;
}

function factsOf(secret: Secret | undefined): CertificateFacts | undefined {
  const text = secret?.metadata.annotations?.[CERTIFICATE_ANNOTATION];
  return text === undefined ? undefined : (JSON.parse(text) as CertificateFacts);
}

function buildCertificate({ metadata }: Secret, facts: CertificateFacts, isValid: boolean): Certificate {
  const { namespace = "default", name } = metadata;
  const { domainName, subjectAlternativeNames, notBefore, notAfter } = facts;
  const origin: Origin = { kind: "Secret", namespace, name, pointer: "/data" };
  const at = (key: string) => ({ namespace, name, key });
  return {
    apiVersion: apiVersionOf(kindNamed("Certificate")),
    kind: "Certificate",
    metadata: { name: `${namespace}.${name}`, namespace: AWS_NAMESPACE, annotations: { [ORIGIN_ANNOTATION]: JSON.stringify(origin) } },
    spec: { domainName, subjectAlternativeNames, certificate: at("tls.crt"), privateKey: at("tls.key") },
    status: {
      ackResourceMetadata: metadataOf(`${namespace}/${name}`),
      status: isValid ? "ISSUED" : "EXPIRED",
      type: "IMPORTED",
      notBefore,
      notAfter,
    },
  };
}

function metadataOf(identity: string): { arn: string; ownerAccountID: string; region: string } {
  return { arn: certificateArn(identity), ownerAccountID: ACCOUNT_ID, region: REGION };
}

function create(certificate: Certificate, now: number): Change {
  return { op: "create", object: { ...certificate, status: { ...certificate.status, createdAt: formatTimestamp(now) } } };
}

function tell(about: Secret, { spec, status }: Certificate): Change {
  const names = [...new Set([spec.domainName, ...(spec.subjectAlternativeNames ?? [])])].join(", ");
  const message = `imported into ACM as ${status?.ackResourceMetadata?.arn}, for ${names}`;
  return { op: "event", type: "Normal", reason: "CertificateImported", message, about, component: "acm" };
}

/** One that a user wrote counts as validated. */
function issue(key: string, { snapshot, now }: ReconcileInput): ReconcileResult {
  const certificate = getByKey<Certificate>(snapshot, "Certificate", key);
  if (certificate === undefined || certificate.status?.ackResourceMetadata?.arn !== undefined) return { changes: [] };
  const issued = { status: "ISSUED", type: "AMAZON_ISSUED", createdAt: formatTimestamp(now), ackResourceMetadata: metadataOf(key) };
  return { changes: statusChange(certificate, { ...issued, ...certificate.status, ackResourceMetadata: issued.ackResourceMetadata }) };
}
