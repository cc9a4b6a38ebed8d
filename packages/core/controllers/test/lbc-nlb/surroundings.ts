/** The settings of a case's note.txt → flags, VPC and snapshot. What a Go test leaves out is Go's zero value, not the controller's default. */
import { ObjectCache } from "@loopway/kube";
import { type KubeObject, type LoadBalancer, objectKey } from "@loopway/model";
import type { Surroundings } from "../../src/network-load-balancer/build-stack.ts";
import { defaultServiceFlags, type ServiceFlags } from "../../src/network-load-balancer/flags.ts";
import type { AwsCall, Vpc } from "../../src/network-load-balancer/vpc.ts";
import type { Case } from "../lbc/read-case.ts";

type Settings = Case["settings"];

export function surroundingsOf({ settings, objects }: Case): Surroundings {
  const snapshot = new ObjectCache();
  const existing = objects.flatMap((object) => existingLoadBalancer(object, settings));
  for (const object of [...objects, ...existing]) snapshot.put(object);
  return { snapshot, flags: flagsOf(settings), vpc: vpcOf(settings) };
}

function flagsOf(settings: Settings): ServiceFlags {
  const gates = (settings.featureGates ?? {}) as Record<string, boolean>;
  const text = (name: string, byDefault: string) => (settings[name] as string | undefined) ?? byDefault;
  const flag = (name: string) => settings[name] === true;
  return {
    ...defaultServiceFlags,
    clusterName: text("clusterName", ""),
    defaultTargetType: text("defaultTargetType", "instance"),
    defaultLoadBalancerScheme: text("defaultLoadBalancerScheme", "internal"),
    defaultSslPolicy: text("defaultSSLPolicy", ""),
    enableBackendSecurityGroup: flag("enableBackendSG"),
    defaultTags: (settings.defaultTags ?? {}) as Record<string, string>,
    externalManagedTags: listOf(settings.externalManagedTags).map(String),
    backendSecurityGroup: text("backendSecurityGroup", ""),
    disableRestrictedSecurityGroupRules: flag("disableRestrictedSGRules"),
    gates: {
      ...defaultServiceFlags.gates,
      nlbHealthCheckAdvancedConfiguration: gates["config.NLBHealthCheckAdvancedConfig"] ?? true,
      weightedTargetGroups: gates["config.WeightedTargetGroups"] ?? true,
      lbCapacityReservation: gates["config.LBCapacityReservation"] ?? true,
      nlbSecurityGroup: gates["config.NLBSecurityGroup"] ?? true,
      enableIpTargetType: settings.enableIPTargetType !== false,
      serviceTypeLoadBalancerOnly: gates["config.ServiceTypeLoadBalancerOnly"] ?? false,
      enableTcpUdpListener: text("tcpUdpListener", "").includes("enabled only"),
    },
  };
}

function vpcOf(settings: Settings): Vpc {
  const subnetCalls = [...listOf(settings.resolveViaDiscoveryCalls), ...listOf(settings.resolveViaNameOrIDSliceCalls)];
  const subnets = subnetCalls.filter((call): call is [id: string, cidr: string] => Array.isArray(call));
  const groups = listOf(settings.resolveSGViaNameOrIDCall) as { args: string[]; want?: string[] }[];
  return {
    id: String(settings.vpcID ?? ""),
    isComplete: true,
    cidrs: { ipv4: ["192.168.0.0/16"], ipv6: [] },
    subnets: subnets.map(([id, cidr], index) => ({ id, cidr, availabilityZone: `zone-${index}`, ipv6Cidrs: [] })),
    securityGroups: groups.flatMap(({ args, want = [] }) => want.map((id, index) => ({ id, name: args[index] ?? id }))),
    refusedCalls: {
      ...refusalOf("DescribeLoadBalancers", settings.listLoadBalancerCalls),
      ...refusalOf("DescribeSecurityGroups", settings.resolveSGViaNameOrIDCall),
      ...refusalOf("DescribeSubnets", subnetCalls),
      ...refusalOf("DescribeVpcs", settings.fetchVPCInfoCalls),
    },
  };
}

/** A text instead of a list points at the test for what does not matter. */
function listOf(calls: unknown): unknown[] {
  return Array.isArray(calls) ? calls : [];
}

function refusalOf(name: AwsCall, calls: unknown): Vpc["refusedCalls"] {
  const [refused] = listOf(calls).flatMap((call) => (typeof call === "object" && call !== null && "err" in call ? [String(call.err)] : []));
  return refused === undefined ? {} : { [name]: refused };
}

interface SdkLoadBalancer {
  LoadBalancer: { Scheme: "internal" | "internet-facing"; SecurityGroups?: string[] };
}

/** Its subnets are those that the Go test resolves next. */
function existingLoadBalancer(object: KubeObject, settings: Settings): LoadBalancer[] {
  const [call] = (settings.listLoadBalancerCalls ?? []) as { sdkLBs?: SdkLoadBalancer[] }[];
  return (call?.sdkLBs ?? []).map(({ LoadBalancer: { Scheme, SecurityGroups } }) => ({
    apiVersion: "elbv2.services.k8s.aws/v1alpha1",
    kind: "LoadBalancer",
    metadata: { name: "existing", namespace: "kube-system" },
    spec: {
      name: "existing",
      type: "network",
      scheme: Scheme,
      subnets: vpcOf(settings).subnets.map(({ id }) => id),
      ...(SecurityGroups === undefined ? {} : { securityGroups: SecurityGroups }),
      tags: [{ key: "service.k8s.aws/stack", value: objectKey(object) }],
    },
  }));
}
