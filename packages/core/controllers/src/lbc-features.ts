// What a version of the AWS Load Balancer Controller knows. An older one passes over a setting that came later, as over a misspelt one: here it
// is given objects without them. Source: the release notes, as aws/eks-charts and the controller's own pull requests carry them (number beside each).
import type { ControllerSettings, ListOptions, Snapshot } from "@loopway/kube";
import { isAtLeast, type KubeObject, type LbcVersion, NEWEST_LBC_VERSION } from "@loopway/model";

const INGRESS = "alb.ingress.kubernetes.io/";
const SERVICE = "service.beta.kubernetes.io/aws-load-balancer-";

interface Arrival {
  since: LbcVersion;
  /** Full keys of annotations; one that ends in a dot or dash stands for all that begin so. */
  annotations?: readonly string[];
  /** Fields of IngressClassParams. */
  params?: readonly string[];
}

const ARRIVALS: readonly Arrival[] = [
  // eks-charts #933
  { since: "v2.5", params: ["subnets", "inboundCIDRs", "sslPolicy"] },
  // eksdemo #61: security groups on network load balancers
  { since: "v2.6", annotations: ["security-groups", "manage-backend-security-group-rules"].map((suffix) => SERVICE + suffix) },
  // eks-charts #1059
  { since: "v2.7", annotations: [`${INGRESS}mutual-authentication`] },
  // eks-charts #1105
  { since: "v2.8", params: ["certificateArn"] },
  // eks-charts #1165
  { since: "v2.9", annotations: [`${SERVICE}listener-attributes.`] },
  // eks-charts #1185
  { since: "v2.10", annotations: [`${INGRESS}listener-attributes.`], params: ["listeners"] },
  // terraform-aws-iam #539
  {
    since: "v2.11",
    annotations: [`${INGRESS}minimum-load-balancer-capacity`, `${SERVICE}minimum-load-balancer-capacity`],
    params: ["minimumLoadBalancerCapacity"],
  },
  // eks-charts #1201
  { since: "v2.12", annotations: [`${INGRESS}ipam-ipv4-pool-id`], params: ["ipamConfiguration"] },
  // eks-charts #1214
  { since: "v2.13", annotations: [`${INGRESS}enable-frontend-nlb`, `${INGRESS}frontend-nlb-`] },
  // eks-charts #1261; controller #4396
  { since: "v2.14", annotations: [`${INGRESS}transforms.`, `${INGRESS}use-regex-path-match`] },
  // eks-charts #1266
  { since: "v2.15", annotations: [`${INGRESS}jwt-validation`, `${SERVICE}quic-enabled-ports`] },
  // eks-charts #1269
  { since: "v2.16", annotations: [`${INGRESS}target-control-port.`] },
  // eks-charts #1325
  { since: "v3.3", annotations: [`${INGRESS}create-acm-cert`, `${INGRESS}acm-pca-arn`] },
];

/** What differs between versions beyond settings that are read or not. */
export interface LbcFeatures {
  /** A webhook gives every new Service of type LoadBalancer the controller's class (eks-charts #933). */
  claimsServices: boolean;
  /** eksdemo #61 */
  networkSecurityGroups: boolean;
  /** regexValues in conditions (controller #4396). */
  regexConditions: boolean;
}

export function featuresOf({ lbcVersion = NEWEST_LBC_VERSION }: Pick<ControllerSettings, "lbcVersion">): LbcFeatures {
  return {
    claimsServices: isAtLeast(lbcVersion, "v2.5"),
    networkSecurityGroups: isAtLeast(lbcVersion, "v2.6"),
    regexConditions: isAtLeast(lbcVersion, "v2.14"),
  };
}

/** The object as the version reads it: itself where it holds nothing newer. */
export function seenBy<T extends KubeObject>(version: LbcVersion | undefined, object: T): T {
  const unknown = unknownSettings(version, object);
  if (unknown.length === 0) return object;
  const names = new Set(unknown.map(({ name }) => name));
  const without = (record: object | undefined) => Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => !names.has(name)));
  if (object.kind === "IngressClassParams") return { ...object, spec: without(object.spec as object) };
  return { ...object, metadata: { ...object.metadata, annotations: without(object.metadata.annotations) } };
}

/** With IngressClassParams as the version reads them. What a controller writes back is left whole: it must not lose what it does not read. */
export function snapshotSeenBy(version: LbcVersion | undefined, snapshot: Snapshot): Snapshot {
  if (laterThan(version).length === 0) return snapshot;
  const seen = <T extends KubeObject>(object: T): T => (object.kind === "IngressClassParams" ? seenBy(version, object) : object);
  return {
    get: <T extends KubeObject>(kind: string, namespace: string | undefined, name: string) => {
      const object = snapshot.get<T>(kind, namespace, name);
      return object && seen(object);
    },
    list: <T extends KubeObject>(kind: string, options?: ListOptions) => snapshot.list<T>(kind, options).map(seen),
  };
}

export interface UnknownSetting {
  /** Key of the annotation, or field of the IngressClassParams. */
  name: string;
  since: LbcVersion;
}

/** What the version passes over. */
export function unknownSettings(version: LbcVersion | undefined, { kind, metadata, spec }: KubeObject): UnknownSetting[] {
  const isParams = kind === "IngressClassParams";
  const present = Object.keys((isParams ? (spec as object | undefined) : metadata.annotations) ?? {});
  return laterThan(version).flatMap(({ since, annotations = [], params = [] }) =>
    present.filter((name) => (isParams ? params.includes(name) : isOneOf(name, annotations))).map((name) => ({ name, since })),
  );
}

export function notInVersion(version: LbcVersion = NEWEST_LBC_VERSION, { since }: UnknownSetting): string {
  return `the Load Balancer Controller ${version} does not read it; it came with ${since}`;
}

function laterThan(version: LbcVersion = NEWEST_LBC_VERSION): readonly Arrival[] {
  return ARRIVALS.filter(({ since }) => !isAtLeast(version, since));
}

function isOneOf(key: string, annotations: readonly string[]): boolean {
  return annotations.some((known) => key === known || (/[.-]$/.test(known) && key.startsWith(known)));
}
