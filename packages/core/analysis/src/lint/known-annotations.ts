// What the Load Balancer Controller reads, and of which objects (pkg/annotations/constants.go, pkg/ingress, pkg/service). It passes over every other
// key in silence.
import { builtAnnotations, readOfServices } from "@loopway/controllers";
import { ALB_PREFIX } from "./annotation-path.ts";

export const NLB_PREFIX = "service.beta.kubernetes.io/";

/** Of an Ingress, or of a Service behind it, which wins. */
const TARGET_GROUP = [
  ...readOfServices,
  "multi-cluster-target-group",
  "tags",
  "auth-type",
  "auth-idp-cognito",
  "auth-idp-oidc",
  "auth-on-unauthenticated-request",
  "auth-scope",
  "auth-session-cookie",
  "auth-session-timeout",
];

/** What is built into the model, and what the real controller reads beside it. */
const INGRESS = [
  ...new Set([...TARGET_GROUP, ...builtAnnotations, "create-acm-cert", "acm-pca-arn", "enable-frontend-nlb", "dry-run-plan"]),
];
const INGRESS_FAMILIES = ["actions.", "conditions.", "transforms.", "listener-attributes.", "target-control-port.", "frontend-nlb-"];

const SERVICE = [
  "load-balancer-source-ranges",
  ...[
    "type",
    "scheme",
    "internal",
    "nlb-target-type",
    "name",
    "ip-address-type",
    "subnets",
    "eip-allocations",
    "private-ipv4-addresses",
    "ipv6-addresses",
    "source-nat-ipv6-prefixes",
    "enable-prefix-for-ipv6-source-nat",
    "security-groups",
    "manage-backend-security-group-rules",
    "disable-nlb-sg",
    "security-group-prefix-lists",
    "inbound-sg-rules-on-private-link-traffic",
    "minimum-load-balancer-capacity",
    "multi-cluster-target-group",
    "ssl-cert",
    "ssl-ports",
    "ssl-negotiation-policy",
    "backend-protocol",
    "alpn-policy",
    "proxy-protocol",
    "proxy-protocol-per-target-group",
    "target-group-attributes",
    "attributes",
    "healthcheck-protocol",
    "healthcheck-port",
    "healthcheck-path",
    "healthcheck-interval",
    "healthcheck-timeout",
    "healthcheck-healthy-threshold",
    "healthcheck-unhealthy-threshold",
    "healthcheck-success-codes",
    "target-node-labels",
    "enable-tcp-udp-listener",
    "quic-enabled-ports",
    "additional-resource-tags",
    "access-log-enabled",
    "access-log-emit-interval",
    "access-log-s3-bucket-name",
    "access-log-s3-bucket-prefix",
    "cross-zone-load-balancing-enabled",
    "connection-draining-enabled",
    "connection-draining-timeout",
    "connection-idle-timeout",
    "extra-security-groups",
    "enable-icmp-for-path-mtu-discovery",
    "allowed-principals",
  ].map((name) => `aws-load-balancer-${name}`),
];
const SERVICE_FAMILIES = ["aws-load-balancer-listener-attributes.", "actions."];

export type AnnotatedKind = "Ingress" | "Service";

/** Keys with their prefix. */
export const ingressAnnotations: readonly string[] = INGRESS.map((suffix) => ALB_PREFIX + suffix);
const targetGroupAnnotations: readonly string[] = TARGET_GROUP.map((suffix) => ALB_PREFIX + suffix);
const serviceAnnotations: readonly string[] = SERVICE.map((suffix) => NLB_PREFIX + suffix);

/** Whether the controller reads the key of an object of that kind: of a Service, the target-group family is read for Ingresses. */
export function isRead(key: string, kind: AnnotatedKind): boolean {
  if (kind === "Ingress") return ingressAnnotations.includes(key) || startsWithAny(key, ALB_PREFIX, INGRESS_FAMILIES);
  return targetGroupAnnotations.includes(key) || serviceAnnotations.includes(key) || startsWithAny(key, NLB_PREFIX, SERVICE_FAMILIES);
}

/** What may have been meant. */
export function readKeys(kind: AnnotatedKind): readonly string[] {
  return kind === "Ingress" ? ingressAnnotations : [...targetGroupAnnotations, ...serviceAnnotations];
}

/** Beginnings of suffixes whose rest is the user's. */
export function familiesOf(kind: AnnotatedKind): readonly string[] {
  return kind === "Ingress" ? INGRESS_FAMILIES : SERVICE_FAMILIES;
}

function startsWithAny(key: string, prefix: string, families: readonly string[]): boolean {
  return families.some((family) => key.startsWith(prefix + family) && key.length > prefix.length + family.length);
}
