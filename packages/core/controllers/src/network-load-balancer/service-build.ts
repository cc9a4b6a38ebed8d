import type { Snapshot } from "@loopway/kube";
import {
  formatPointer,
  type KeyValue,
  ORIGIN_ANNOTATION,
  type Origin,
  objectKey,
  type Problem,
  type Service,
  splitKey,
  type TargetGroup,
  type TargetGroupBinding,
} from "@loopway/model";
import type { ServiceFlags } from "./flags.ts";
import type { AwsCall, Subnet, Vpc } from "./vpc.ts";

/**
 * What the builders of one Service's stack share. They add to `problems` and `targetGroups` and change nothing else; the stack counts only
 * if there is no problem. Every builder goes on after one, so that all are found in one pass; the first is the one that the real
 * controller, which stops there, would report.
 */
export interface ServiceBuild {
  /** It owns the load balancer, and its annotations hold for every target group. */
  service: Service;
  snapshot: Snapshot;
  flags: ServiceFlags;
  vpc: Vpc;
  problems: Problem[];
  /** By resource id `namespace/service:port`. `undefined`: tried, and a problem was reported. */
  targetGroups: Map<string, BuiltTargetGroup | undefined>;
}

interface BuiltTargetGroup {
  targetGroup: TargetGroup;
  binding: TargetGroupBinding;
}

/** What the load balancer fixes for its listeners and target groups. */
export interface Frontend {
  /** Name of the LoadBalancer object. */
  loadBalancer: string;
  scheme: "internal" | "internet-facing";
  ipAddressType: string;
  subnets: readonly Subnet[];
  /** None on a load balancer from before network load balancers had security groups. */
  hasSecurityGroups: boolean;
  /** From which its targets take traffic; absent where the user keeps the rules of the targets himself. */
  backendSecurityGroup?: string;
}

/** `path` is a JSON pointer into the Service, "" for the whole of it. */
export function report(build: ServiceBuild, path: string, message: string): void {
  addOnce(build, { code: "FailedBuildModel", path, message });
}

/** What the controller builds without a word, and AWS refuses. */
export function reportRefusal(build: ServiceBuild, path: string, message: string): void {
  addOnce(build, { code: "FailedDeployModel", path, message });
}

/** Annotations are read for every listener and target group anew. */
function addOnce({ problems, service }: ServiceBuild, found: Required<Pick<Problem, "code" | "path" | "message">>): void {
  if (problems.some(({ path, message }) => path === found.path && message === found.message)) return;
  problems.push({ ...found, severity: "error", object: `Service ${objectKey(service)}` });
}

/** Whether AWS answers; where it does not, its error is the problem. */
export function answers(build: ServiceBuild, call: AwsCall): boolean {
  const error = build.vpc.refusedCalls[call];
  if (error !== undefined) report(build, "", error);
  return error === undefined;
}

export function portPointer({ service }: ServiceBuild, servicePort: { port: number; protocol?: string }): string {
  const index = service.spec.ports?.findIndex(({ port, protocol }) => port === servicePort.port && protocol === servicePort.protocol);
  return formatPointer("spec", "ports", String(index ?? 0));
}

export function originAnnotation({ service }: Pick<ServiceBuild, "service">, pointer: string): Record<string, string> {
  const { name, namespace } = service.metadata;
  const origin: Origin = { kind: "Service", ...(namespace === undefined ? {} : { namespace }), name, pointer };
  return { [ORIGIN_ANNOTATION]: JSON.stringify(origin) };
}

export const STACK_TAG = "service.k8s.aws/stack";

/** The user's, then those by which the controller finds what is its own (pkg/deploy/tracking/provider.go). */
export function tagsOf({ service, flags }: ServiceBuild, resource: string, tags: readonly KeyValue[]): KeyValue[] {
  return [
    ...tags,
    { key: "elbv2.k8s.aws/cluster", value: flags.clusterName },
    { key: "service.k8s.aws/resource", value: resource },
    { key: STACK_TAG, value: objectKey(service) },
  ];
}

/** pkg/deploy/tracking/provider.go, StackLabels. */
export function stackLabels({ service }: Pick<ServiceBuild, "service">): Record<string, string> {
  const { namespace = "default", name } = splitKey(objectKey(service));
  return { "service.k8s.aws/stack-name": name, "service.k8s.aws/stack-namespace": namespace };
}
