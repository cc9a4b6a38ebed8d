// Which targets a TargetGroupBinding registers (pkg/targetgroupbinding/resource_manager.go, pkg/backend/endpoint_resolver.go).
import { type ControllerSettings, matchesSelector, type Snapshot } from "@loopway/kube";
import {
  type EndpointSlice,
  instanceId,
  type Node,
  type Pod,
  type Service,
  type ServicePort,
  type Target,
  type TargetGroupBinding,
} from "@loopway/model";
import { isNodeReady } from "../node-state.ts";
import { findServicePort } from "../service-port.ts";
import { gateOf, waitsOnlyForGate } from "./target-health-conditions.ts";

const SERVICE_LABEL = "kubernetes.io/service-name";
/** Nodes that never serve instance targets (pkg/k8s/node_utils.go, pkg/backend/endpoint_utils.go). */
const EXCLUDING_LABELS = [
  "node.kubernetes.io/exclude-from-external-load-balancers",
  "node-role.kubernetes.io/control-plane",
  "node-role.kubernetes.io/master",
];
const COMPUTE_TYPE_LABEL = "eks.amazonaws.com/compute-type";
const LEAVING_TAINTS = ["ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption"];

type Endpoint = EndpointSlice["endpoints"][number];

export interface Surroundings {
  snapshot: Snapshot;
  settings: ControllerSettings;
}

/** Sorted by id, then port; each once. Empty where the Service cannot have any. */
export function buildTargets(binding: TargetGroupBinding, service: Service, { snapshot, settings }: Surroundings): Target[] {
  const servicePort = findServicePort(service, binding.spec.serviceRef.port);
  if (servicePort === undefined) return [];
  if (binding.spec.targetType === "ip") return sorted(podTargets(service, { servicePort, gate: gateOf(binding) }, snapshot));
  const { nodePort } = servicePort;
  if (nodePort === undefined || !takesInstances(service, settings)) return [];
  const { nodeSelector = {} } = binding.spec;
  const nodes = snapshot.list<Node>("Node").filter(({ metadata }) => matchesSelector(nodeSelector, metadata.labels));
  return sorted(nodes.flatMap((node) => instanceTargets(node, nodePort)));
}

/** Strictly only NodePort and LoadBalancer; lenient also a ClusterIP Service that was given nodePorts. */
export function takesInstances({ spec }: Service, { strict }: ControllerSettings): boolean {
  return spec.type === "NodePort" || spec.type === "LoadBalancer" || (!strict && spec.type !== "ExternalName");
}

/** `gate`: the readiness gate of the binding. */
function podTargets(
  { metadata }: Service,
  { servicePort, gate }: { servicePort: ServicePort; gate: string },
  snapshot: Snapshot,
): Target[] {
  const labels = { matchLabels: { [SERVICE_LABEL]: metadata.name } };
  const slices = snapshot.list<EndpointSlice>("EndpointSlice", {
    labels,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  });
  return slices.flatMap(({ ports, endpoints }) => {
    const port = ports?.find(({ name }) => (name ?? "") === (servicePort.name ?? ""))?.port;
    const isTarget = (endpoint: Endpoint) =>
      isServing(endpoint) || isHeldByGate(endpoint, gate, { snapshot, namespace: metadata.namespace });
    return port === undefined ? [] : endpoints.filter(isTarget).flatMap(({ addresses }) => addresses.map((id) => ({ id, port })));
  });
}

/** Unknown readiness counts as ready; only pods are targets, so hand-written endpoints register nothing. */
function isServing({ conditions, targetRef }: Endpoint): boolean {
  return targetRef?.kind === "Pod" && conditions?.ready !== false && conditions?.terminating !== true;
}

function isHeldByGate(
  { conditions, targetRef }: Endpoint,
  gate: string,
  { snapshot, namespace }: { snapshot: Snapshot; namespace: string | undefined },
): boolean {
  if (targetRef?.kind !== "Pod" || targetRef.name === undefined || conditions?.terminating === true) return false;
  return waitsOnlyForGate(snapshot.get<Pod>("Pod", namespace, targetRef.name), gate);
}

function instanceTargets(node: Node, nodePort: number): Target[] {
  const { spec, metadata } = node;
  const { labels = {} } = metadata;
  const isExcluded = EXCLUDING_LABELS.some((label) => label in labels) || labels[COMPUTE_TYPE_LABEL] === "fargate";
  const isLeaving = spec?.taints?.some(({ key }) => LEAVING_TAINTS.includes(key)) === true;
  const id = instanceId(node);
  return isNodeReady(node) && !isExcluded && !isLeaving && id !== undefined && id !== "" ? [{ id, port: nodePort }] : [];
}

function sorted(targets: readonly Target[]): Target[] {
  const byKey = new Map(targets.map((target) => [`${target.id}:${target.port}`, target]));
  return [...byKey.values()].sort((left, right) => compare(left.id, right.id) || left.port - right.port);
}

const compare = (left: string, right: string) => (left === right ? 0 : left < right ? -1 : 1);
