import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { algorithm, certify, newKeys, privatePem, yearsFromNow } from "./certify.ts";

export interface Certificates {
  caCertificate: string;
  caPrivateKey: string;
  certificate: string;
  privateKey: string;
  /** Of DNS over HTTPS. */
  dohCertificate: string;
  dohPrivateKey: string;
}

const YEARS = 10;
/** macOS takes no server certificate that lives longer than 825 days, whoever signed it. */
const DOH_YEARS = 2;
const ownAddresses = ["127.0.0.1", "::1"];
/** What kubectl, and programs that take the API for a cluster's own, dial. */
const apiNames = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];

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
    certify(issuer, {
      subject: "CN=kube-apiserver",
      notAfter: yearsFromNow(YEARS),
      serialNumber: "02",
      publicKey: keys.publicKey,
      names: apiNames,
      addresses: ownAddresses,
    }),
    certify(issuer, {
      subject: "CN=loopway-doh",
      notAfter: yearsFromNow(DOH_YEARS),
      serialNumber: "03",
      publicKey: dohKeys.publicKey,
      names: ["localhost"],
      addresses: ownAddresses,
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
