import { CERTIFICATE_ANNOTATION, IMPORT_CERTIFICATE_ANNOTATION, type Secret } from "@loopway/model";
import "reflect-metadata";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { beforeAll, describe, expect, test } from "vitest";
import { importCauses, withCertificateFacts } from "../src/validation/import-certificate.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
let certificate = "";
let key = "";
let nameless = "";
let foreignKey = "";

beforeAll(async () => {
  const makeKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
  const pemOf = async ({ privateKey }: CryptoKeyPair) => {
    const body = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
    return `-----BEGIN PRIVATE KEY-----\n${body.replaceAll(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
  };
  const keys = await makeKeys();
  const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2027-01-01T00:00:00Z") };
  const make = (name: string, dnsNames: string[]) =>
    X509CertificateGenerator.createSelfSigned({
      name,
      keys,
      ...dates,
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      extensions:
        dnsNames.length === 0 ? [] : [new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: "dns" as const, value })))],
    });
  certificate = (await make("CN=a.example.com", ["a.example.com", "*.b.example.com"])).toString("pem");
  nameless = (await make("O=nobody", [])).toString("pem");
  [key, foreignKey] = await Promise.all([pemOf(keys), makeKeys().then(pemOf)]);
});

const encode = (text: string) => Buffer.from(text).toString("base64");
const secretOf = (data: Record<string, string>, changes: Partial<Secret> = {}): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "tls", namespace: "default", annotations: { [IMPORT_CERTIFICATE_ANNOTATION]: "true" } },
  type: "kubernetes.io/tls",
  data: Object.fromEntries(Object.entries(data).map(([name, text]) => [name, encode(text)])),
  ...changes,
});

test("the names and dates of a marked certificate are written beside the mark, and nothing of its key", () => {
  const secret = secretOf({ "tls.crt": certificate, "tls.key": key });
  expect(importCauses(secret)).toEqual([]);
  const { annotations = {} } = withCertificateFacts(secret).metadata;
  expect(JSON.parse(annotations[CERTIFICATE_ANNOTATION] ?? "")).toEqual({
    domainName: "a.example.com",
    subjectAlternativeNames: ["a.example.com", "*.b.example.com"],
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2027-01-01T00:00:00Z",
  });
});

test("without the mark nothing is read, and what was written goes", () => {
  const annotations = { [CERTIFICATE_ANNOTATION]: "{}", team: "a" };
  const secret = secretOf({ "tls.crt": "no PEM" }, { metadata: { name: "tls", annotations } });
  expect(importCauses(secret)).toEqual([]);
  expect(withCertificateFacts(secret).metadata.annotations).toEqual({ team: "a" });
});

const refusals: [says: string, field: string, make: () => Secret][] = [
  ["no certificate", "data[tls.crt]", () => secretOf({ "tls.key": key })],
  ["no PEM", "data[tls.crt]", () => secretOf({ "tls.crt": "text", "tls.key": key })],
  ["no name", "data[tls.crt]", () => secretOf({ "tls.crt": nameless, "tls.key": key })],
  ["no key", "data[tls.key]", () => secretOf({ "tls.crt": certificate })],
  ["another's key", "data[tls.key]", () => secretOf({ "tls.crt": certificate, "tls.key": foreignKey })],
  ["another type", "type", () => secretOf({ "tls.crt": certificate, "tls.key": key }, { type: "Opaque" })],
];
describe.each(refusals)("refused: %s", (_name, field, make) => {
  test("by its field, without quoting the data", () => {
    const [cause, ...others] = importCauses(make());
    expect(cause?.field).toBe(field);
    expect(others).toEqual([]);
    expect(cause?.message).not.toContain("BEGIN");
  });
});
