/** A Secret of type kubernetes.io/tls that is marked for import into ACM: what its certificate says goes into an annotation; its key goes nowhere. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { type FieldCause, notSupported } from "@loopway/kube";
import { CERTIFICATE_ANNOTATION, type CertificateFacts, IMPORT_CERTIFICATE_ANNOTATION, type Secret } from "@loopway/model";

const TLS_TYPE = "kubernetes.io/tls";

/** acm ImportCertificate: the certificate must parse and name a host, and the key must be its own. No cause quotes the data. */
export function importCauses(secret: Secret): FieldCause[] {
  if (!isMarked(secret)) return [];
  if (secret.type !== TLS_TYPE) return [notSupported("type", secret.type ?? "", [TLS_TYPE])];
  const certificate = readCertificate(secret);
  if (certificate === undefined) return [unusable("data[tls.crt]", "must be an X.509 certificate in PEM")];
  if (factsOf(certificate) === undefined) return [unusable("data[tls.crt]", "must have a common name or a DNS name")];
  return isKeyOf(secret, certificate) ? [] : [unusable("data[tls.key]", "must be the unencrypted private key, in PEM, of the certificate")];
}

/** Of a Secret that passed `importCauses`. One that is not marked says nothing about a certificate. */
export function withCertificateFacts(secret: Secret): Secret {
  const { [CERTIFICATE_ANNOTATION]: written, ...annotations } = secret.metadata.annotations ?? {};
  const certificate = isMarked(secret) ? readCertificate(secret) : undefined;
  const facts = certificate && factsOf(certificate);
  if (facts === undefined) return written === undefined ? secret : { ...secret, metadata: { ...secret.metadata, annotations } };
  return { ...secret, metadata: { ...secret.metadata, annotations: { ...annotations, [CERTIFICATE_ANNOTATION]: JSON.stringify(facts) } } };
}

function isMarked({ metadata }: Secret): boolean {
  return metadata.annotations?.[IMPORT_CERTIFICATE_ANNOTATION] === "true";
}

function unusable(field: string, detail: string): FieldCause {
  return { reason: "FieldValueInvalid", field, message: `Invalid value: "<redacted>": ${detail}` };
}

/** The first of a chain. */
function readCertificate({ data }: Secret): X509Certificate | undefined {
  try {
    return new X509Certificate(decode(data?.["tls.crt"]));
  } catch {
    return undefined;
  }
}

function isKeyOf({ data }: Secret, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(decode(data?.["tls.key"])));
  } catch {
    return false;
  }
}

function decode(encoded = ""): Buffer {
  return Buffer.from(encoded, "base64");
}

/** ACM: the domain name is the subject's common name, else the first of the DNS names. */
function factsOf({ subject = "", subjectAltName = "", validFrom, validTo }: X509Certificate): CertificateFacts | undefined {
  const dnsNames = subjectAltName.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice("DNS:".length)] : []));
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1];
  const domainName = commonName ?? dnsNames[0];
  if (domainName === undefined) return undefined;
  const subjectAlternativeNames = dnsNames.length > 0 ? dnsNames : [domainName];
  return { domainName, subjectAlternativeNames, notBefore: toTimestamp(validFrom), notAfter: toTimestamp(validTo) };
}

/** OpenSSL's "Jan  1 00:00:00 2026 GMT" → RFC 3339. */
function toTimestamp(text: string): string {
  return new Date(text).toISOString().replace(".000Z", "Z");
}
