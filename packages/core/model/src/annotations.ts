/** Annotations and labels that Loopway itself writes. */

/** JSON of `Origin`: which object, and where in it, made a controller build this one. */
export const ORIGIN_ANNOTATION = "loopway.dev/origin";
/** "file:line" of the manifest an applied object came from. */
export const SOURCE_ANNOTATION = "loopway.dev/source";
/** On listeners, rules, target groups and security groups: the name of their LoadBalancer. */
export const STACK_LABEL = "loopway.dev/stack";
/** On listeners, rules, target groups and security groups: eight hex digits, a hash of kind, name and the controller-built spec. */
export const STACK_MEMBER_ANNOTATION = "loopway.dev/stack-member";
/** On the LoadBalancer: eight hex digits, the sum modulo 2^32 of its members' hashes. A hop compiles a stack only when the members it has seen add up. */
export const STACK_CHECKSUM_ANNOTATION = "loopway.dev/stack-checksum";

/** On a HorizontalPodAutoscaler: JSON of what its controller remembers from one look to the next; the real one keeps it in memory. */
export const AUTOSCALER_MEMORY_ANNOTATION = "loopway.dev/autoscaler-memory";

/** On a Secret of type kubernetes.io/tls: "true" imports it into ACM. Loopway's own: in AWS somebody calls ImportCertificate. */
export const IMPORT_CERTIFICATE_ANNOTATION = "loopway.dev/import-certificate";
/** Written on such a Secret by the API server: JSON of `CertificateFacts`. */
export const CERTIFICATE_ANNOTATION = "loopway.dev/certificate";
/** On a Secret of a load balancer's stack: the ARN of the certificate that it holds for a listener. */
export const CERTIFICATE_ARN_ANNOTATION = "loopway.dev/certificate-arn";
/** On such a Secret: JSON of the DNS names for which the control plane fills it, by the local CA. */
export const ISSUE_CERTIFICATE_ANNOTATION = "loopway.dev/issue-certificate";

/** What an X.509 certificate says, without its key. */
export interface CertificateFacts {
  domainName: string;
  subjectAlternativeNames: string[];
  /** RFC 3339. */
  notBefore: string;
  notAfter: string;
}

export interface Origin {
  kind: string;
  namespace?: string;
  name: string;
  /** RFC 6901, into that object. */
  pointer: string;
}

export function parseOrigin(annotations: Record<string, string> | undefined): Origin | undefined {
  const text = annotations?.[ORIGIN_ANNOTATION];
  return text === undefined ? undefined : (JSON.parse(text) as Origin);
}

/** "Ingress default/api-ingress /spec/rules/0/http/paths/1" */
export function formatOrigin(origin: Origin): string {
  const name = origin.namespace === undefined ? origin.name : `${origin.namespace}/${origin.name}`;
  return `${origin.kind} ${name} ${origin.pointer}`;
}

/** Of kubectl apply and `loopway apply`: the whole manifest once more. */
export const LAST_APPLIED_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
