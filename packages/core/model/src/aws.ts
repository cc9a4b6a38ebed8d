/** AWS objects: kinds, groups and field names of AWS Controllers for Kubernetes (ACK) and of the Load Balancer Controller's CRDs. */
import type { LabelSelector } from "./kubernetes.ts";
import type { Condition, KubeObject } from "./object.ts";

export interface AckStatus {
  ackResourceMetadata?: { arn?: string; ownerAccountID?: string; region?: string };
  conditions?: Condition[];
}

export interface KeyValue {
  key: string;
  value: string;
}

export interface SubnetMapping {
  subnetID: string;
  /** Of an elastic IP. */
  allocationID?: string;
  privateIPv4Address?: string;
  ipv6Address?: string;
  sourceNATIPv6Prefix?: string;
}

export interface LoadBalancer extends KubeObject {
  kind: "LoadBalancer";
  spec: {
    name: string;
    type: "application" | "network";
    scheme: "internal" | "internet-facing";
    ipAddressType?: string;
    subnets?: string[];
    securityGroups?: string[];
    /** Of a network load balancer, instead of `subnets`: which addresses it takes in each. */
    subnetMappings?: SubnetMapping[];
    /** on or off. */
    enablePrefixForIPv6SourceNAT?: string;
    /** elbv2 SetSecurityGroups' name for it; on or off. */
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string;
    customerOwnedIPv4Pool?: string;
    /** elbv2 ModifyIpPools, ModifyCapacityReservation: AWS's own names, where ACK has none. */
    ipamPools?: { ipv4IPAMPoolID: string };
    minimumLoadBalancerCapacity?: { capacityUnits: number };
    attributes?: KeyValue[];
    tags?: KeyValue[];
  };
  status?: AckStatus & {
    dnsName?: string;
    canonicalHostedZoneID?: string;
    state?: { code?: "active" | "provisioning" | "active_impaired" | "failed"; reason?: string };
    availabilityZones?: {
      zoneName: string;
      subnetID?: string;
      loadBalancerAddresses: { ipAddress?: string; privateIPv4Address?: string }[];
    }[];
    createdTime?: string;
    vpcID?: string;
    /** Loopway's own, of a network load balancer: availability zones whose address its name leaves out, as nobody there is healthy. */
    withdrawnAvailabilityZones?: string[];
  };
}

/** Where it is reached: one address per availability zone. None before it is provisioned. */
export function loadBalancerAddresses(loadBalancer: LoadBalancer | undefined): string[] {
  return zonalAddresses(loadBalancer).map(({ address }) => address);
}

/** What its name resolves to: without withdrawn availability zones, unless all are (NLB guide, "Availability Zones and zonal DNS"). */
export function resolvableAddresses(loadBalancer: LoadBalancer): string[] {
  const withdrawn = loadBalancer.status?.withdrawnAvailabilityZones ?? [];
  const left = zonalAddresses(loadBalancer).filter(({ availabilityZone }) => !withdrawn.includes(availabilityZone));
  return left.length > 0 ? left.map(({ address }) => address) : loadBalancerAddresses(loadBalancer);
}

export interface ZonalAddress {
  availabilityZone: string;
  address: string;
}

export function zonalAddresses(loadBalancer: LoadBalancer | undefined): ZonalAddress[] {
  const zones = loadBalancer?.status?.availabilityZones ?? [];
  return zones.flatMap(({ zoneName, loadBalancerAddresses: own }) =>
    own.flatMap(({ ipAddress, privateIPv4Address }) => {
      const address = ipAddress ?? privateIPv4Address;
      return address === undefined ? [] : [{ availabilityZone: zoneName, address }];
    }),
  );
}

/** Value of an attribute as AWS spells it ("idle_timeout.timeout_seconds"); undefined where the object does not set it. */
export function attributeValue({ spec }: { spec: { attributes?: readonly KeyValue[] } }, key: string): string | undefined {
  return spec.attributes?.find((attribute) => attribute.key === key)?.value;
}

export interface ForwardTargetGroup {
  targetGroupRef: { from: { name: string; namespace?: string } };
  weight?: number;
}

export interface Action {
  type: "forward" | "redirect" | "fixed-response" | "authenticate-oidc" | "authenticate-cognito" | "jwt-validation";
  order?: number;
  forwardConfig?: { targetGroups: ForwardTargetGroup[]; targetGroupStickinessConfig?: { enabled?: boolean; durationSeconds?: number } };
  redirectConfig?: { host?: string; path?: string; port?: string; protocol?: string; query?: string; statusCode: string };
  fixedResponseConfig?: { statusCode: string; contentType?: string; messageBody?: string };
  authenticateCognitoConfig?: AuthenticateConfig & { userPoolARN: string; userPoolClientID: string; userPoolDomain: string };
  authenticateOIDCConfig?: AuthenticateConfig & {
    issuer: string;
    authorizationEndpoint: string;
    tokenEndpoint: string;
    userInfoEndpoint: string;
    clientID: string;
    /** Where the secret is; the secret itself is in no stored action. As ACK refers to one. */
    clientSecret?: SecretKeyReference;
  };
  jwtValidationConfig?: JwtValidationConfig;
}

/** What both kinds of authentication share. */
export interface AuthenticateConfig {
  authenticationRequestExtraParams?: Record<string, string>;
  onUnauthenticatedRequest?: string;
  scope?: string;
  sessionCookieName?: string;
  /** Seconds. */
  sessionTimeout?: number;
}

/** elbv2 JwtValidationActionConfig. */
export interface JwtValidationConfig {
  jwksEndpoint: string;
  issuer: string;
  /** `format`: single-string, string-array or space-separated-values. */
  additionalClaims?: { format: string; name: string; values: string[] }[];
}

export interface Rewrite {
  regex: string;
  replace: string;
}

/** elbv2 RuleTransform: at most one of each type in a rule. */
export interface Transform {
  type: "url-rewrite" | "host-header-rewrite";
  urlRewriteConfig?: { rewrites: Rewrite[] };
  hostHeaderRewriteConfig?: { rewrites: Rewrite[] };
}

export interface RuleCondition {
  field: "host-header" | "path-pattern" | "http-header" | "http-request-method" | "query-string" | "source-ip";
  hostHeaderConfig?: { values?: string[]; regexValues?: string[] };
  pathPatternConfig?: { values?: string[]; regexValues?: string[] };
  httpHeaderConfig?: { httpHeaderName: string; values?: string[]; regexValues?: string[] };
  httpRequestMethodConfig?: { values: string[] };
  queryStringConfig?: { values: { key?: string; value: string }[] };
  sourceIPConfig?: { values: string[] };
}

/** elbv2 MutualAuthenticationAttributes. */
export interface MutualAuthentication {
  mode: string;
  trustStoreARN?: string;
  ignoreClientCertificateExpiry?: boolean;
  advertiseTrustStoreCaNames?: string;
}

export interface Listener extends KubeObject {
  kind: "Listener";
  spec: {
    loadBalancerRef: { from: { name: string; namespace?: string } };
    port: number;
    protocol: "HTTP" | "HTTPS" | "TCP" | "UDP" | "TLS" | "TCP_UDP" | "QUIC" | "TCP_QUIC";
    defaultActions: Action[];
    /** The default certificate first, then those chosen by SNI. */
    certificates?: { certificateARN?: string; isDefault?: boolean }[];
    sslPolicy?: string;
    alpnPolicy?: string[];
    mutualAuthentication?: MutualAuthentication;
    attributes?: KeyValue[];
    tags?: KeyValue[];
  };
  status?: AckStatus;
}

export interface Rule extends KubeObject {
  kind: "Rule";
  spec: {
    listenerRef: { from: { name: string; namespace?: string } };
    /** 1 to 50,000; the lowest that matches wins. */
    priority: number;
    conditions: RuleCondition[];
    actions: Action[];
    transforms?: Transform[];
    tags?: KeyValue[];
  };
  status?: AckStatus;
}

/** elbv2 TargetHealthDescription (DescribeTargetHealth). Written by the load balancer's hop on transitions only. */
export interface TargetHealthDescription {
  target: { id: string; port: number; availabilityZone?: string };
  targetHealth: { state: TargetHealthState; reason?: string; description?: string };
}

export type TargetHealthState = "initial" | "healthy" | "unhealthy" | "draining" | "unused" | "unavailable";

/** A registered target: `id` is an IP for target type ip, an instance id (i-...) for instance, the ARN of a load balancer for alb. */
export interface Target {
  id: string;
  port: number;
  availabilityZone?: string;
}

export interface TargetGroup extends KubeObject {
  kind: "TargetGroup";
  spec: {
    name: string;
    /** alb: of a network load balancer, in front of an application load balancer. */
    targetType: "instance" | "ip" | "alb";
    /** ipv4 where absent. */
    ipAddressType?: string;
    protocol: "HTTP" | "HTTPS" | "TCP" | "UDP" | "TLS" | "TCP_UDP" | "QUIC" | "TCP_QUIC";
    protocolVersion?: "HTTP1" | "HTTP2" | "GRPC";
    port: number;
    /** Where the target optimizer's agents take requests for work. */
    targetControlPort?: number;
    healthCheckEnabled?: boolean;
    healthCheckProtocol?: string;
    healthCheckPort?: string;
    healthCheckPath?: string;
    healthCheckIntervalSeconds?: number;
    healthCheckTimeoutSeconds?: number;
    healthyThresholdCount?: number;
    unhealthyThresholdCount?: number;
    matcher?: { httpCode?: string; grpcCode?: string };
    attributes?: KeyValue[];
    tags?: KeyValue[];
    /** Written by the target-registration controller; not part of the stack's checksum. */
    targets?: Target[];
  };
  status?: AckStatus & { targetHealthDescriptions?: TargetHealthDescription[]; loadBalancerARNs?: string[] };
}

/** Who may reach the targets, and at which ports; a rule without a port means all of them. */
export interface NetworkingRule {
  from: { ipBlock?: { cidr: string }; securityGroup?: { groupID: string } }[];
  ports: { protocol: "TCP" | "UDP"; port?: number | string }[];
}

/** elbv2.k8s.aws/v1beta1 */
export interface TargetGroupBinding extends KubeObject {
  kind: "TargetGroupBinding";
  spec: {
    targetGroupARN?: string;
    targetGroupName?: string;
    targetType?: "instance" | "ip";
    targetGroupProtocol?: string;
    serviceRef: { name: string; port: number | string };
    ipAddressType?: string;
    vpcID?: string;
    networking?: { ingress: NetworkingRule[] };
    /** Of nodes, for instance targets. */
    nodeSelector?: LabelSelector;
    multiClusterTargetGroup?: boolean;
  };
  status?: { observedGeneration?: number };
}

/** elbv2.k8s.aws/v1beta1: what an IngressClass sets for its Ingresses; beats their annotations. Cluster-scoped. */
export interface IngressClassParams extends KubeObject {
  kind: "IngressClassParams";
  spec?: {
    namespaceSelector?: LabelSelector;
    group?: { name: string };
    loadBalancerName?: string;
    scheme?: string;
    ipAddressType?: string;
    subnets?: { ids?: string[]; tags?: Record<string, string[]> };
    inboundCIDRs?: string[];
    prefixListsIDs?: string[];
    /** Old spelling of prefixListsIDs. */
    PrefixListsIDs?: string[];
    certificateArn?: string[];
    sslPolicy?: string;
    sslRedirectPort?: string;
    listeners?: { protocol?: string; port?: number; listenerAttributes?: KeyValue[] }[];
    loadBalancerAttributes?: KeyValue[];
    minimumLoadBalancerCapacity?: { capacityUnits: number };
    ipamConfiguration?: { ipv4IPAMPoolId?: string };
    targetType?: string;
    tags?: KeyValue[];
    wafv2AclArn?: string;
    wafv2AclName?: string;
  };
}

/** Where a secret value is, as ACK refers to one. */
export interface SecretKeyReference {
  namespace: string;
  name: string;
  key: string;
}

/** acm.services.k8s.aws/v1alpha1: found by its names. An imported one refers to the Secret that holds its PEM, and holds none itself. */
export interface Certificate extends KubeObject {
  kind: "Certificate";
  spec: {
    domainName?: string;
    subjectAlternativeNames?: string[];
    certificateAuthorityARN?: string;
    certificate?: SecretKeyReference;
    privateKey?: SecretKeyReference;
  };
  status?: AckStatus & { status?: string; type?: string; createdAt?: string; notBefore?: string; notAfter?: string };
}

export interface HostedZone extends KubeObject {
  kind: "HostedZone";
  spec: { name: string; hostedZoneConfig?: { comment?: string; privateZone?: boolean } };
  status?: AckStatus & { id?: string; delegationSet?: { nameServers?: string[] } };
}

export interface RecordSet extends KubeObject {
  kind: "RecordSet";
  spec: {
    hostedZoneRef: { from: { name: string; namespace?: string } };
    /** Fully qualified, with the final dot. */
    name: string;
    recordType: string;
    ttl?: number;
    resourceRecords?: { value: string }[];
    aliasTarget?: { dnsName: string; hostedZoneID?: string; evaluateTargetHealth?: boolean };
    setIdentifier?: string;
    weight?: number;
  };
  status?: AckStatus;
}

/** loopway.dev/v1alpha1: where a virtual address is really bound. Exists only where the two differ. Cluster-scoped. */
export interface AddressBinding extends KubeObject {
  kind: "AddressBinding";
  spec: { address: string; port: number; protocol: "tcp" | "udp"; boundAddress: string; boundPort: number };
}
