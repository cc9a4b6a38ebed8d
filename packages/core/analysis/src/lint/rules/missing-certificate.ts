import { certificateCovers, certificateHosts, classParamsOf, readText } from "@loopway/controllers";
import type { Certificate, Ingress } from "@loopway/model";
import { annotationPath } from "../annotation-path.ts";
import type { Found, LintRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

export const missingCertificate: LintRule = {
  code: "missing-certificate",
  severity: "error",
  summary: "an HTTPS listener for which no certificate is named or found: the whole group is refused",
  *check(subject) {
    for (const { listeners } of subject.views) {
      const secure = listeners.filter(({ protocol }) => protocol === "HTTPS");
      for (const object of new Set(secure.flatMap(({ ingresses }) => ingresses))) {
        const found = problemOf(object, subject);
        if (found !== undefined) yield found;
      }
    }
  },
};

function problemOf(object: Ingress, { snapshot, assumesCertificates }: Subject): Found | undefined {
  const isExplicit =
    readText("certificate-arn", [object.metadata.annotations]) !== undefined ||
    (classParamsOf(object, snapshot).certificateArn ?? []).length > 0;
  const isCreated = readText("create-acm-cert", [object.metadata.annotations]) === "true";
  if (isExplicit || isCreated) return undefined;
  const path = readText("listen-ports", [object.metadata.annotations]) === undefined ? "" : annotationPath("listen-ports");
  const hosts = certificateHosts(object);
  const suggestion = "write certificate-arn";
  if (hosts.length === 0)
    return {
      object,
      path,
      message:
        "listens on HTTPS without certificate-arn, and names no host by which a certificate could be found: AWS refuses the listener",
      suggestion,
    };
  if (assumesCertificates) {
    const message = `certificates are looked for in ACM: it must hold an issued one for each of ${hosts.join(", ")}, or the whole group is refused`;
    return { object, path, message, severity: "info" };
  }
  const certificates = snapshot.list<Certificate>("Certificate");
  const uncovered = hosts.filter((host) => !certificates.some((certificate) => certificateCovers(certificate, host)));
  if (uncovered.length === 0) return undefined;
  return {
    object,
    path,
    message: `no certificate covers ${uncovered.join(", ")} (a wildcard covers one label): the controller refuses the whole group`,
    suggestion,
  };
}
