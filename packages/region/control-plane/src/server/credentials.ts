/**
 * What proves the API to its clients and them to it, made once per state directory: a local CA, the server's certificate, a token, and the
 * kubeconfig that names them. By the same CA: the certificate of DNS over HTTPS, which the client hop reads.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Address } from "@loopway/model";

export interface ServerCredentials {
  caCertificate: string;
  certificate: string;
  privateKey: string;
  token: string;
}

const files = {
  caCertificate: "ca.crt",
  caPrivateKey: "ca.key",
  certificate: "api.crt",
  privateKey: "api.key",
  dohCertificate: "doh.crt",
  dohPrivateKey: "doh.key",
} as const;

export async function loadCredentials(stateDir: string): Promise<ServerCredentials> {
  const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(stateDir, file)])) as Record<
    keyof typeof files,
    string
  >;
  if (!Object.values(paths).every((path) => existsSync(path))) {
    // Loaded only here: the library is needed once in the life of a state directory.
    const { createCertificates } = await import("./create-certificates.ts");
    const made = await createCertificates();
    for (const name of Object.keys(files) as (keyof typeof files)[]) writeSecret(paths[name], made[name]);
  }
  const read = (name: keyof typeof files) => readFileSync(paths[name], "utf8");
  return {
    caCertificate: read("caCertificate"),
    certificate: read("certificate"),
    privateKey: read("privateKey"),
    token: loadToken(join(stateDir, "token")),
  };
}

function loadToken(path: string): string {
  if (!existsSync(path)) writeSecret(path, `${randomBytes(32).toString("base64url")}\n`);
  return readFileSync(path, "utf8").trim();
}

/** Whole or not at all, and never readable by others. */
function writeSecret(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** JSON is YAML; kubectl reads either. */
export function writeKubeconfig(stateDir: string, { address, port }: Address, { caCertificate, token }: ServerCredentials): void {
  const name = "loopway";
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: { server: `https://${address}:${port}`, "certificate-authority-data": Buffer.from(caCertificate).toString("base64") },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
    "current-context": name,
  };
  writeSecret(join(stateDir, "kubeconfig"), `${JSON.stringify(kubeconfig, undefined, 2)}\n`);
}
