// Names as the Load Balancer Controller makes them (pkg/ingress/model_build_load_balancer.go, model_build_target_group.go) and ids as
// AWS would: every one a hash of what it names, so that a restart finds the same.
import { ACCOUNT_ID, CLUSTER_NAME, REGION, splitKey } from "@loopway/model";
import { sha256 } from "../sha256.ts";

/** Namespace of all AWS objects. */
export const AWS_NAMESPACE = "kube-system";

/** `groupId` is "namespace/name" of an Ingress on its own, or the name of an explicit group. */
export function loadBalancerName(groupId: string, scheme: string, clusterName: string = CLUSTER_NAME): string {
  return groupBasedName(groupId, `${clusterName}${groupId}${scheme}`);
}

/** Of the security group that the controller makes for the group's load balancer. */
export function managedSecurityGroupName(groupId: string, clusterName: string): string {
  return groupBasedName(groupId, `${clusterName}${groupId}`);
}

/** Of the network load balancer in front of the group's own, by whose name it is called. AWS: 32 characters at most. */
export function frontendLoadBalancerName(loadBalancer: string): string {
  return `${loadBalancer.slice(0, 28)}-nlb`;
}

/** Of a target group in front of the load balancer: of one listener of the frontend, with its health check. */
export function frontendTargetGroupName(
  groupId: string,
  clusterName: string,
  { port, healthCheckPort, healthCheckProtocol }: FrontendPort,
): string {
  return groupBasedName(groupId, [clusterName, groupId, port, "alb", "TCP", healthCheckPort, healthCheckProtocol].join(""));
}

export interface FrontendPort {
  port: number;
  healthCheckPort: string;
  healthCheckProtocol: string;
}

function groupBasedName(groupId: string, hashed: string): string {
  const hash = sha256(hashed).slice(0, 10);
  const { namespace, name } = splitKey(groupId);
  return namespace === undefined ? `k8s-${cut(name, 17)}-${hash}` : `k8s-${cut(namespace, 8)}-${cut(name, 8)}-${hash}`;
}

export interface TargetGroupIdentity {
  clusterName: string;
  groupId: string;
  ingress: { namespace: string; name: string };
  service: { namespace: string; name: string; uid: string };
  /** As written in the backend: number or name. */
  servicePort: string;
  targetGroupPort: number;
  targetType: string;
  protocol: string;
  protocolVersion: string;
  targetControlPort?: number;
}

export function targetGroupName(identity: TargetGroupIdentity): string {
  const { clusterName, groupId, ingress, service, servicePort, targetGroupPort, targetType, protocol, protocolVersion } = identity;
  const parts = [clusterName, groupId, ingress.namespace, ingress.name, service.uid, servicePort];
  const controlPort = identity.targetControlPort ?? "";
  const hash = sha256([...parts, targetGroupPort, targetType, protocol, protocolVersion, controlPort].join("")).slice(0, 10);
  return `k8s-${cut(service.namespace, 8)}-${cut(service.name, 8)}-${hash}`;
}

/** `<name>-<10 digits>.us-east-1.elb.amazonaws.com`, lower case as the controller writes it into status; internal ones begin with `internal-`. */
export function loadBalancerDnsName(name: string, scheme: string): string {
  const digits = (Number.parseInt(sha256(`${CLUSTER_NAME}/${name}`).slice(0, 12), 16) % 9e9) + 1e9;
  return `${scheme === "internal" ? "internal-" : ""}${name}-${digits}.${REGION}.elb.amazonaws.com`.toLowerCase();
}

/** Of an Application Load Balancer. */
export function loadBalancerArn(name: string): string {
  return arn(`loadbalancer/app/${name}/${idOf("loadbalancer", name)}`);
}

export function targetGroupArn(name: string): string {
  return arn(`targetgroup/${name}/${idOf("targetgroup", name)}`);
}

/** The name in a target group's ARN, which is also the name of its object. */
export function targetGroupOfArn(targetGroupArn: string): string | undefined {
  return /:targetgroup\/([^/]+)\//.exec(targetGroupArn)?.[1];
}

/** Its id is the hexadecimal one of its ARN, and there is no word for internal. */
export function networkLoadBalancerDnsName(name: string): string {
  return `${name}-${idOf("loadbalancer", name)}.elb.${REGION}.amazonaws.com`.toLowerCase();
}

export function networkLoadBalancerArn(name: string): string {
  return arn(`loadbalancer/net/${name}/${idOf("loadbalancer", name)}`);
}

/** `identity` says which certificate: of what it was made. */
export function certificateArn(identity: string): string {
  const hash = sha256(`${CLUSTER_NAME}/certificate/${identity}`);
  const uuid = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
  return `arn:aws:acm:${REGION}:${ACCOUNT_ID}:certificate/${uuid}`;
}

export function securityGroupId(name: string): string {
  return `sg-${sha256(`${CLUSTER_NAME}/securitygroup/${name}`).slice(0, 17)}`;
}

function arn(resource: string): string {
  return `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT_ID}:${resource}`;
}

function idOf(kind: string, name: string): string {
  return sha256(`${CLUSTER_NAME}/${kind}/${name}`).slice(0, 16);
}

export function cut(text: string, width: number): string {
  return text.replace(/[^A-Za-z0-9]/g, "").slice(0, width);
}
