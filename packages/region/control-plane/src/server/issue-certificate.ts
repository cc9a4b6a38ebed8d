/** Certificates of listeners by the local CA, whose key stays in this process and its file. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { algorithm, certify, newKeys, privatePem } from "./certify.ts";

export interface IssuedCertificate {
  /** PEM. */
  certificate: string;
  privateKey: string;
  notBefore: Date;
  notAfter: Date;
}

/** As those that ACM issues: 13 months. */
const VALID_DAYS = 395;
const DAY_MS = 86_400_000;
/** RFC 5280, Appendix A: no common name is longer. */
const MAX_COMMON_NAME = 64;

/** The state directory must have its CA. `names` are DNS names, at least one; a first label of `*` is a wildcard. */
export async function issueCertificate(stateDir: string, names: readonly string[]): Promise<IssuedCertificate> {
  x509.cryptoProvider.set(crypto);
  const read = (file: string) => readFileSync(join(stateDir, file), "utf8");
  const pkcs8 = x509.PemConverter.decodeFirst(read("ca.key"));
  const [privateKey, keys] = await Promise.all([crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]), newKeys()]);
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(notBefore.getTime() + VALID_DAYS * DAY_MS);
  const issuer = { subject: new x509.X509Certificate(read("ca.crt")).subject, privateKey, notBefore };
  const commonName = names.find(({ length }) => length <= MAX_COMMON_NAME) ?? "loopway";
  const certificate = await certify(issuer, {
    subject: `CN=${commonName}`,
    notAfter,
    // Positive, and not one of those that the CA began with.
    serialNumber: `10${randomBytes(15).toString("hex")}`,
    publicKey: keys.publicKey,
    names,
  });
  return { certificate: `${certificate.toString("pem")}\n`, privateKey: await privatePem(keys.privateKey), notBefore, notAfter };
}
