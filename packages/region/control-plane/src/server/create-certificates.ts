import "reflect-metadata";
import * as x509 from "@peculiar/x509";

export interface Certificates {
  caCertificate: string;
  caPrivateKey: string;
  certificate: string;
  privateKey: string;
  /** Of DNS over HTTPS. */
  dohCertificate: string;
  dohPrivateKey: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEARS = 10;
/** macOS takes no server certificate that lives longer than 825 days, whoever signed it. */
const DOH_YEARS = 2;
/** What kubectl, and programs that take the API for a cluster's own, dial. */
const apiNames = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];

interface Issuer {
  subject: string;
  privateKey: CryptoKey;
  notBefore: Date;
}

interface CertificateOptions {
  subject: string;
  years: number;
  serialNumber: string;
  publicKey: CryptoKey;
  names: string[];
}

/** A CA for this state directory alone, and by it the certificates of the API server and of DNS over HTTPS; ECDSA P-256, PEM. */
export async function createCertificates(): Promise<Certificates> {
  x509.cryptoProvider.set(crypto);
  const [caKeys, keys, dohKeys] = await Promise.all([newKeys(), newKeys(), newKeys()]);
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: yearsFromNow(YEARS) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=loopway-ca",
    ...validity,
    signingAlgorithm: algorithm,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const issuer = { subject: ca.subject, privateKey: caKeys.privateKey, notBefore: validity.notBefore };
  const [certificate, dohCertificate] = await Promise.all([
    certify(issuer, { subject: "CN=kube-apiserver", years: YEARS, serialNumber: "02", publicKey: keys.publicKey, names: apiNames }),
    certify(issuer, {
      subject: "CN=loopway-doh",
      years: DOH_YEARS,
      serialNumber: "03",
      publicKey: dohKeys.publicKey,
      names: ["localhost"],
    }),
  ]);
  return {
    caCertificate: `${ca.toString("pem")}\n`,
    caPrivateKey: await privatePem(caKeys.privateKey),
    certificate: `${certificate.toString("pem")}\n`,
    privateKey: await privatePem(keys.privateKey),
    dohCertificate: `${dohCertificate.toString("pem")}\n`,
    dohPrivateKey: await privatePem(dohKeys.privateKey),
  };
}

/** For a server on this machine's own addresses, and by these names. */
function certify(issuer: Issuer, { subject, years, serialNumber, publicKey, names }: CertificateOptions): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    serialNumber,
    subject,
    issuer: issuer.subject,
    notBefore: issuer.notBefore,
    notAfter: yearsFromNow(years),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: issuer.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
        ...names.map((value) => ({ type: "dns" as const, value })),
      ]),
    ],
  });
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function privatePem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

function yearsFromNow(years: number): Date {
  const date = new Date();
  date.setFullYear(date.getFullYear() + years);
  return date;
}
