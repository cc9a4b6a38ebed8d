/** The certificates of TLS listeners as their Secrets hold them, ready to be shown. Keys are read here and go into OpenSSL's contexts, nowhere else. */
import { X509Certificate } from "node:crypto";
import type { SecureContext } from "node:tls";
import { log } from "@loopway/hop-kit";
import { CERTIFICATE_ARN_ANNOTATION, type Secret, type SecurityPolicy } from "@loopway/model";
import type { NetworkListener } from "./compile.ts";
import { contextOptions } from "./context-options.ts";

export interface ServedCertificate {
  arn: string;
  /** DNS names, lower case; a first label of `*` stands for exactly one. */
  names: readonly string[];
  context: SecureContext;
}

export class ServedCertificates {
  /** By listener, certificate and everything that makes the context: one that stays the same keeps its session tickets. */
  #made = new Map<string, ServedCertificate | undefined>();
  #ofListeners = new Map<NetworkListener, ServedCertificate[]>();

  /** All there are now. One that cannot be used is told once and left out. */
  update(listeners: readonly NetworkListener[], secrets: readonly Secret[]): void {
    const kept = new Map<string, ServedCertificate | undefined>();
    this.#ofListeners = new Map(
      listeners.map((listener) => {
        const served = (listener.tls?.certificates ?? []).flatMap((arn) => {
          const secret = secrets.find((each) => holds(each, listener, arn));
          if (secret === undefined || secret.data?.["tls.key"] === "") return [];
          const key = JSON.stringify([listener.decision.listener, arn, secret.data, listener.tls?.policy]);
          const made = this.#made.has(key) ? this.#made.get(key) : make(arn, secret, listener.tls?.policy);
          kept.set(key, made);
          return made ?? [];
        });
        return [listener, served];
      }),
    );
    this.#made = kept;
  }

  /** The default certificate first; none while its key has not come. */
  of(listener: NetworkListener): readonly ServedCertificate[] {
    const served = this.#ofListeners.get(listener) ?? [];
    return served[0]?.arn === listener.tls?.certificates[0] ? served : [];
  }
}

/** NLB guide, "Server certificates": the one for the name that the client wants, else the default one. */
export function chooseCertificate(served: readonly ServedCertificate[], serverName: string | undefined): ServedCertificate | undefined {
  const host = serverName?.toLowerCase();
  return (host === undefined ? undefined : served.find(({ names }) => names.some((name) => covers(name, host)))) ?? served[0];
}

function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.includes(".") && host.slice(host.indexOf(".")) === name.slice(1));
}

function holds({ metadata }: Secret, listener: NetworkListener, arn: string): boolean {
  const isOfListener = metadata.ownerReferences?.some(({ kind, name }) => kind === "Listener" && name === listener.decision.listener);
  return isOfListener === true && metadata.annotations?.[CERTIFICATE_ARN_ANNOTATION] === arn;
}

function make(arn: string, { data }: Secret, policy: SecurityPolicy | undefined): ServedCertificate | undefined {
  const [cert, key] = [decode(data?.["tls.crt"]), decode(data?.["tls.key"])];
  try {
    return { arn, names: namesOf(new X509Certificate(cert)), context: createContext({ cert, key, policy }) };
  } catch (error) {
    // The code alone: what OpenSSL says may quote what it was given.
    log(`certificate ${arn} cannot be served: ${error instanceof Error && "code" in error ? error.code : "it is no PEM"}`);
    return undefined;
  }
}

function createContext({ cert, key, policy }: { cert: Buffer; key: Buffer; policy: SecurityPolicy | undefined }): SecureContext {
  // Loaded only where a listener needs it: TLS costs a process some megabytes.
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  return createSecureContext({ cert, key, ...(policy === undefined ? {} : contextOptions(policy)), honorCipherOrder: true });
}

function decode(encoded = ""): Buffer {
  return Buffer.from(encoded, "base64");
}

/** RFC 6125: the subject's common name counts only where there is no DNS name. */
function namesOf({ subject = "", subjectAltName = "" }: X509Certificate): string[] {
  const dnsNames = subjectAltName.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice("DNS:".length).toLowerCase()] : []));
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1]?.toLowerCase();
  return dnsNames.length > 0 || commonName === undefined ? dnsNames : [commonName];
}
