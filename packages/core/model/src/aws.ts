/** AWS objects: kinds, groups and field names of AWS Controllers for Kubernetes (ACK) and of the Load Balancer Controller's CRDs. */
import type { Condition, KubeObject } from "./object.ts";

export interface AckStatus {
  ackResourceMetadata?: { arn?: string; ownerAccountID?: string; region?: string };
  conditions?: Condition[];
}

export interface KeyValue {
  key: string;
  value: string;
}

export interface LoadBalancer extends KubeObject {
  kind: "LoadBalancer";
  spec: {
    name: string;
    type: "application" | "network";
    scheme: "internal" | "internet-facing";
    ipAddressType?: string;
    subnets?: string[];
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
  };
}

/** Where it is reached: one address per availability zone. None before it is provisioned. */
export function loadBalancerAddresses(loadBalancer: LoadBalancer | undefined): string[] {
  const zones = loadBalancer?.status?.availabilityZones ?? [];
  return zones
    .flatMap((zone) => zone.loadBalancerAddresses)
    .flatMap(({ ipAddress, privateIPv4Address }) => ipAddress ?? privateIPv4Address ?? []);
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

export interface Listener extends KubeObject {
  kind: "Listener";
  spec: {
    loadBalancerRef: { from: { name: string; namespace?: string } };
    port: number;
    protocol: "HTTP" | "HTTPS" | "TCP" | "UDP" | "TLS" | "TCP_UDP";
    defaultActions: Action[];
    certificates?: { certificateARN?: string; isDefault?: boolean }[];
    sslPolicy?: string;
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
  };
  status?: AckStatus;
}

/** elbv2 TargetHealthDescription (DescribeTargetHealth). Written by the load balancer's hop on transitions only. */
export interface TargetHealthDescription {
  target: { id: string; port: number; availabilityZone?: string };
  targetHealth: { state: TargetHealthState; reason?: string; description?: string };
}

export type TargetHealthState = "initial" | "healthy" | "unhealthy" | "draining" | "unused" | "unavailable";

/** A registered target: `id` is an IP for target type ip, an instance id (i-...) for instance. */
export interface Target {
  id: string;
  port: number;
  availabilityZone?: string;
}

export interface TargetGroup extends KubeObject {
  kind: "TargetGroup";
  spec: {
    name: string;
    targetType: "instance" | "ip";
    protocol: "HTTP" | "HTTPS" | "TCP" | "UDP" | "TLS" | "TCP_UDP";
    protocolVersion?: "HTTP1" | "HTTP2" | "GRPC";
    port: number;
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

/** elbv2.k8s.aws/v1beta1 */
export interface TargetGroupBinding extends KubeObject {
  kind: "TargetGroupBinding";
  spec: {
    targetGroupARN?: string;
    targetGroupName?: string;
    targetType?: "instance" | "ip";
    serviceRef: { name: string; port: number | string };
    nodeSelector?: unknown;
  };
  status?: { observedGeneration?: number };
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
