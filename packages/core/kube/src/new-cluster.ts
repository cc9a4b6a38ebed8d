/** What a new cluster already has: namespaces, one node per availability zone, the Load Balancer Controller's class. */
import {
  type AddressPlan,
  AVAILABILITY_ZONES,
  type AvailabilityZone,
  type IngressClass,
  type KubeObject,
  type Node,
  nodeAddress,
  REGION,
} from "@loopway/model";
import { type Draft, formatTimestamp } from "./store.ts";
import { createObject } from "./write-object.ts";

/** The API's age as clients judge it: kubectl warns when it is more than one minor version away. */
export const KUBERNETES_VERSION = "v1.33.0";

/** Of a node with 254 addresses. */
const PODS_PER_NODE = 235;

export function createCluster(draft: Draft, plan: AddressPlan, { podsPerNode = PODS_PER_NODE } = {}): void {
  const createdAt = formatTimestamp(draft.context.now);
  const objects: KubeObject[] = [
    ...["default", "kube-system", "kube-public"].map(buildNamespace),
    ...AVAILABILITY_ZONES.map((zone) => buildNode(plan, zone, { createdAt, podsPerNode })),
    albIngressClass,
  ];
  for (const object of objects) createObject(draft, object);
}

function buildNamespace(name: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** Named and labelled as EKS nodes are; the instance id tells instance and availability zone. */
interface NodeFacts {
  createdAt: string;
  podsPerNode: number;
}

function buildNode(plan: AddressPlan, availabilityZone: AvailabilityZone, facts: NodeFacts): Node {
  const address = nodeAddress(plan, availabilityZone);
  const name = `ip-${address.replaceAll(".", "-")}.ec2.internal`;
  const instanceId = `i-0${(plan.instance * 256 + availabilityZone.subnet).toString(16).padStart(16, "0")}`;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "loopway.small",
        "topology.kubernetes.io/region": REGION,
        "topology.kubernetes.io/zone": availabilityZone.name,
      },
    },
    spec: { podCIDR: `${plan.vpc}.${availabilityZone.subnet}.0/24`, providerID: `aws:///${availabilityZone.name}/${instanceId}` },
    status: nodeStatus(name, address, facts),
  };
}

function nodeStatus(name: string, address: string, { createdAt, podsPerNode }: NodeFacts): NonNullable<Node["status"]> {
  const status = {
    addresses: [
      { type: "InternalIP", address },
      { type: "InternalDNS", address: name },
      { type: "Hostname", address: name },
    ],
    capacity: { cpu: "2", memory: "4Gi", pods: String(podsPerNode) },
    allocatable: { cpu: "2", memory: "4Gi", pods: String(podsPerNode) },
    conditions: [
      {
        type: "Ready",
        status: "True" as const,
        reason: "KubeletReady",
        message: "kubelet is posting ready status",
        lastTransitionTime: createdAt,
      },
    ],
    nodeInfo: {
      architecture: "amd64",
      bootID: name,
      containerRuntimeVersion: "loopway://0.1.0",
      kernelVersion: "",
      kubeletVersion: KUBERNETES_VERSION,
      kubeProxyVersion: "",
      machineID: name,
      operatingSystem: "linux",
      osImage: "Loopway",
      systemUUID: name,
    },
  };
  return status;
}

const albIngressClass: IngressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "alb" },
  spec: { controller: "ingress.k8s.aws/alb" },
};
