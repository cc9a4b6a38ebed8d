/** The settings of a case's note.txt → flags, VPC and snapshot. What a Go test leaves out is Go's zero value, not the controller's default. */
import { ObjectCache } from "@loopway/kube";
import { type KubeObject, type LoadBalancer, objectKey } from "@loopway/model";
import type { Surroundings } from "../../src/network-load-balancer/build-stack.ts";
import { defaultServiceFlags, type ServiceFlags } from "../../src/network-load-balancer/flags.ts";
import type { Vpc } from "../../src/network-load-balancer/vpc.ts";
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
    backendSecurityGroup: text("backendSecurityGroup", ""),
    disableRestrictedSecurityGroupRules: flag("disableRestrictedSGRules"),
    gates: {
      ...defaultServiceFlags.gates,
      nlbSecurityGroup: gates["config.NLBSecurityGroup"] ?? true,
      enableIpTargetType: settings.enableIPTargetType !== false,
      serviceTypeLoadBalancerOnly: gates["config.ServiceTypeLoadBalancerOnly"] ?? false,
      enableTcpUdpListener: text("tcpUdpListener", "").includes("enabled only"),
    },
  };
}

function vpcOf(settings: Settings): Vpc {
  const resolved = [settings.resolveViaDiscoveryCalls, settings.resolveViaNameOrIDSliceCalls];
  const subnets = resolved.flatMap((call) =>
    ((call ?? []) as unknown[]).filter((subnet): subnet is [string, string] => Array.isArray(subnet)),
  );
  const vpcCalls = settings.fetchVPCInfoCalls;
  const groups = (settings.resolveSGViaNameOrIDCall ?? []) as { args: string[]; want?: string[] }[];
  return {
    id: (settings.vpcID as string | undefined) ?? "",
    isComplete: true,
    cidrs: Array.isArray(vpcCalls) && vpcCalls.some(({ err }) => err !== undefined) ? undefined : { ipv4: ["192.168.0.0/16"], ipv6: [] },
    subnets: subnets.map(([id, cidr], index) => ({ id, cidr, availabilityZone: `zone-${index}`, ipv6Cidrs: [] })),
    securityGroups: groups.flatMap(({ args, want = [] }) => want.map((id, index) => ({ id, name: args[index] ?? id }))),
  };
}

interface SdkLoadBalancer {
  LoadBalancer: { Scheme: "internal" | "internet-facing"; SecurityGroups?: string[] };
}

/** Its subnets are those that the Go test resolves next. */
function existingLoadBalancer(object: KubeObject, settings: Settings): LoadBalancer[] {
  const [call] = (settings.listLoadBalancerCalls ?? []) as { sdkLBs: SdkLoadBalancer[] }[];
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
