// Secrets that a controller made for a listener whose certificate has no key here: filled by the local CA, as the controllers, which are pure
// and may not hold a CA's key, cannot do themselves. One that is filled for other names, or soon ends, is filled anew.
import { formatFailure, log } from "@loopway/hop-kit";
import { formatTimestamp, isFailure, updateObject } from "@loopway/kube";
import { CERTIFICATE_ANNOTATION, type CertificateFacts, ISSUE_CERTIFICATE_ANNOTATION, type KubeObject, type Secret } from "@loopway/model";
import type { ApiStore } from "./store/api-store.ts";

/** ACM renews 60 days before the end. */
const RENEW_BEFORE_MS = 60 * 86_400_000;

/** Begins with those that are there. Returns how to end it. */
export function issueCertificates(store: ApiStore, stateDir: string): () => void {
  let lastPass = Promise.resolve();
  const consider = (object: KubeObject) => {
    if (object.kind !== "Secret" || wishOf(object as Secret, Date.now()) === undefined) return;
    const { namespace, name } = object.metadata;
    // One after the other: what was asked for twice is there the second time.
    lastPass = lastPass.then(() => fill(namespace, name)).catch((error: unknown) => log(`issuing ${name}: ${formatFailure(error)}`));
  };
  const fill = async (namespace: string | undefined, name: string) => {
    const current = () => store.newest().objects.get<Secret>("Secret", namespace, name);
    const names = wishOf(current(), Date.now());
    if (names === undefined) return;
    // Loaded only here: most instances issue none.
    const { issueCertificate } = await import("./server/issue-certificate.ts");
    const { certificate, privateKey, notBefore, notAfter } = await issueCertificate(stateDir, names);
    const facts: CertificateFacts = {
      domainName: names[0] ?? "",
      subjectAlternativeNames: names,
      notBefore: formatTimestamp(notBefore.getTime()),
      notAfter: formatTimestamp(notAfter.getTime()),
    };
    const written = await store.write((draft) => {
      const secret = current();
      if (secret === undefined || wishOf(secret, Date.now())?.join() !== names.join()) return secret;
      const annotations = { ...secret.metadata.annotations, [CERTIFICATE_ANNOTATION]: JSON.stringify(facts) };
      const data = { "tls.crt": encode(certificate), "tls.key": encode(privateKey) };
      return updateObject(draft, { ...secret, metadata: { ...secret.metadata, annotations }, data } as Secret);
    });
    if (isFailure(written)) log(`issuing ${name}: ${written.message}`);
  };
  for (const secret of store.newest().objects.list("Secret")) consider(secret);
  return store.subscribe((events) => {
    for (const { type, object } of events) if (type !== "DELETED") consider(object);
  });
}

/** The names that are asked for and not yet, or not for long, fulfilled. Only a listener's own Secret is filled: nobody's data is written over. */
function wishOf(secret: Secret | undefined, now: number): string[] | undefined {
  const { annotations = {}, ownerReferences = [] } = secret?.metadata ?? {};
  const names = parse(annotations[ISSUE_CERTIFICATE_ANNOTATION]) as string[] | undefined;
  if (!Array.isArray(names) || names.length === 0 || !ownerReferences.some(({ kind }) => kind === "Listener")) return undefined;
  const facts = parse(annotations[CERTIFICATE_ANNOTATION]) as Partial<CertificateFacts> | undefined;
  const isFilled = facts?.subjectAlternativeNames?.join() === names.join() && Date.parse(facts.notAfter ?? "") - now > RENEW_BEFORE_MS;
  return isFilled ? undefined : names;
}

/** Annotations are open to everybody. */
function parse(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
