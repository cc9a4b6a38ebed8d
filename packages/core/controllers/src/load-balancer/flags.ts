import type { ControllerSettings } from "@loopway/kube";
import { AVAILABILITY_ZONES, CLUSTER_NAME, DEFAULT_QUOTAS, type Quotas } from "@loopway/model";
import { featuresOf, type LbcFeatures } from "../lbc-features.ts";
import { securityGroupId } from "./names.ts";

/** The Load Balancer Controller's command-line flags, and what it finds in its account. Source: its docs/deploy/configurations.md. */
export interface ControllerFlags {
  clusterName: string;
  defaultTargetType: string;
  /** Feature gate EnableIPTargetType. */
  enableIpTargetType: boolean;
  /** Feature gate ALBTargetControlAgent. */
  enableTargetControlAgent: boolean;
  /** Feature gate EnableCertificateManagement. */
  enableCertificateManagement: boolean;
  /** default-pca-arn: the private CA of the certificates that are asked for; none means Amazon's own. */
  defaultPcaArn?: string;
  defaultLoadBalancerScheme: string;
  defaultSslPolicy: string;
  defaultTags: Readonly<Record<string, string>>;
  /** Feature gate EnableDefaultTagsLowPriority. */
  enableDefaultTagsLowPriority: boolean;
  /** Tag keys that annotations may not set. */
  externalManagedTags: readonly string[];
  tolerateNonExistentBackendService: boolean;
  tolerateNonExistentBackendAction: boolean;
  enableBackendSecurityGroup: boolean;
  enableManageBackendSecurityGroupRules: boolean;
  /** Id of the security group that all load balancers of the cluster share. */
  backendSecurityGroup: string;
  /** Ids of the subnets that discovery by tags finds. */
  discoveredSubnets: readonly string[];
  /** Of its version. */
  features: LbcFeatures;
  /** Of the account; checked strictly only. */
  quotas: Quotas;
}

export const defaultFlags: ControllerFlags = {
  clusterName: CLUSTER_NAME,
  defaultTargetType: "instance",
  enableIpTargetType: true,
  enableTargetControlAgent: false,
  enableCertificateManagement: false,
  defaultLoadBalancerScheme: "internal",
  defaultSslPolicy: "ELBSecurityPolicy-2016-08",
  defaultTags: {},
  enableDefaultTagsLowPriority: false,
  externalManagedTags: [],
  tolerateNonExistentBackendService: true,
  tolerateNonExistentBackendAction: true,
  enableBackendSecurityGroup: true,
  enableManageBackendSecurityGroupRules: false,
  backendSecurityGroup: securityGroupId(`k8s-traffic-${CLUSTER_NAME}`),
  discoveredSubnets: AVAILABILITY_ZONES.map(({ subnetId }) => subnetId),
  features: featuresOf({}),
  quotas: DEFAULT_QUOTAS,
};

/** Those of an instance of Loopway. */
export function flagsOf(settings: ControllerSettings): ControllerFlags {
  return { ...defaultFlags, features: featuresOf(settings), quotas: { ...DEFAULT_QUOTAS, ...settings.quotas } };
}
