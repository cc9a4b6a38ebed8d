import "reflect-metadata";
import * as x509 from "@peculiar/x509";

export const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The CA that signs. */
export interface Issuer {
  subject: string;
  privateKey: CryptoKey;
  notBefore: Date;
}

interface CertificateOptions {
  subject: string;
  notAfter: Date;
  /** Hexadecimal; no two of one issuer may be equal. */
  serialNumber: string;
  publicKey: CryptoKey;
  names: readonly string[];
  addresses?: readonly string[];
}

/** For a server with these DNS names and IP addresses. */
export function certify(issuer: Issuer, options: CertificateOptions): Promise<x509.X509Certificate> {
  const { subject, notAfter, serialNumber, publicKey, names, addresses = [] } = options;
  return x509.X509CertificateGenerator.create({
    serialNumber,
    subject,
    issuer: issuer.subject,
    notBefore: issuer.notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: issuer.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...addresses.map((value) => ({ type: "ip" as const, value })),
        ...names.map((value) => ({ type: "dns" as const, value })),
      ]),
    ],
  });
}

export function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

export async function privatePem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

export function yearsFromNow(years: number): Date {
  const date = new Date();
  date.setFullYear(date.getFullYear() + years);
  return date;
}
