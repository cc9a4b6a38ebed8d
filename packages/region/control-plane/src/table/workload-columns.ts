/** Workloads and what acts on them, as `kubectl get` shows them: kubernetes/pkg/printers/internalversion/printers.go. */
import { formatSelector } from "@loopway/kube";
import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  MetricSpec,
  NodeMetrics,
  PodDisruptionBudget,
  PodMetrics,
  ReplicaSet,
  StatefulSet,
} from "@loopway/model";
import { formatDuration } from "./age.ts";
import { ageColumn, type Column, column, nameColumn, orNone, wideColumn } from "./column.ts";

type Workload = Deployment | ReplicaSet | StatefulSet | DaemonSet | Job;

const containerNames = wideColumn<Workload>("Containers", ({ spec }) => spec.template.spec.containers.map(({ name }) => name).join(","));
const images = wideColumn<Workload>("Images", ({ spec }) => spec.template.spec.containers.map(({ image }) => image ?? "").join(","));
const selector = wideColumn<Workload>("Selector", ({ spec }) => orNone(spec.selector && formatSelector(spec.selector)));

export const deploymentColumns: Column<Deployment>[] = [
  nameColumn,
  column("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
  column("Up-to-date", ({ status }) => status?.updatedReplicas ?? 0),
  column("Available", ({ status }) => status?.availableReplicas ?? 0),
  ageColumn,
  containerNames,
  images,
  selector,
];

export const replicaSetColumns: Column<ReplicaSet>[] = [
  nameColumn,
  column("Desired", ({ spec }) => spec.replicas ?? 1),
  column("Current", ({ status }) => status?.replicas ?? 0),
  column("Ready", ({ status }) => status?.readyReplicas ?? 0),
  ageColumn,
  containerNames,
  images,
  selector,
];

export const statefulSetColumns: Column<StatefulSet>[] = [
  nameColumn,
  column("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
  ageColumn,
  containerNames,
  images,
];

export const daemonSetColumns: Column<DaemonSet>[] = [
  nameColumn,
  column("Desired", ({ status }) => status?.desiredNumberScheduled ?? 0),
  column("Current", ({ status }) => status?.currentNumberScheduled ?? 0),
  column("Ready", ({ status }) => status?.numberReady ?? 0),
  column("Up-to-date", ({ status }) => status?.updatedNumberScheduled ?? 0),
  column("Available", ({ status }) => status?.numberAvailable ?? 0),
  column("Node Selector", ({ spec }) => orNone(formatSelector({ matchLabels: spec.template.spec.nodeSelector ?? {} }))),
  ageColumn,
  containerNames,
  images,
  selector,
];

export const jobColumns: Column<Job>[] = [
  nameColumn,
  column("Status", jobStatus),
  column("Completions", ({ spec, status }) => {
    const { completions, parallelism = 1 } = spec;
    const wanted = completions ?? (parallelism > 1 ? `1 of ${parallelism}` : 1);
    return `${status?.succeeded ?? 0}/${wanted}`;
  }),
  column("Duration", ({ status }, now) => {
    if (status?.startTime === undefined) return "";
    const end = status.completionTime === undefined ? now : Date.parse(status.completionTime);
    return formatDuration(end - Date.parse(status.startTime));
  }),
  ageColumn,
  containerNames,
  images,
  selector,
];

function jobStatus({ metadata, spec, status }: Job): string {
  const has = (type: string) => status?.conditions?.some((condition) => condition.type === type && condition.status === "True") === true;
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  return spec.suspend === true ? "Suspended" : "Running";
}

export const autoscalerColumns: Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  column("Reference", ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
  column("Targets", (autoscaler) => {
    const targets = (autoscaler.spec.metrics ?? []).map((metric) => formatTarget(metric, autoscaler));
    return orNone(targets.length > 2 ? `${targets.slice(0, 2).join(", ")} + ${targets.length - 2} more...` : targets.join(", "));
  }),
  column("MinPods", ({ spec }) => spec.minReplicas ?? 1),
  column("MaxPods", ({ spec }) => spec.maxReplicas),
  column("Replicas", ({ status }) => status?.currentReplicas ?? 0),
  ageColumn,
];

/** "cpu: 12%/50%" */
function formatTarget({ type, resource }: MetricSpec, { status }: HorizontalPodAutoscaler): string {
  if (resource === undefined) return `<unknown>/<${type}>`;
  const current = status?.currentMetrics?.find((metric) => metric.resource.name === resource.name)?.resource.current;
  const { averageUtilization, averageValue } = resource.target;
  if (averageUtilization === undefined) return `${resource.name}: ${current?.averageValue ?? "<unknown>"}/${averageValue ?? "<auto>"}`;
  return `${resource.name}: ${current?.averageUtilization === undefined ? "<unknown>" : `${current.averageUtilization}%`}/${averageUtilization}%`;
}

export const disruptionBudgetColumns: Column<PodDisruptionBudget>[] = [
  nameColumn,
  column("Min Available", ({ spec }) => spec?.minAvailable ?? "N/A"),
  column("Max Unavailable", ({ spec }) => spec?.maxUnavailable ?? "N/A"),
  column("Allowed Disruptions", ({ status }) => status?.disruptionsAllowed ?? 0),
  ageColumn,
];

export const controllerRevisionColumns: Column<ControllerRevision>[] = [
  nameColumn,
  column("Controller", ({ metadata }) => {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    return owner === undefined ? "<none>" : `${owner.kind.toLowerCase()}.${owner.apiVersion.split("/")[0]}/${owner.name}`;
  }),
  column("Revision", ({ revision }) => revision),
  ageColumn,
];

export const podMetricsColumns: Column<PodMetrics>[] = [
  nameColumn,
  column("CPU", ({ containers }) => containers[0]?.usage.cpu ?? ""),
  column("Memory", ({ containers }) => containers[0]?.usage.memory ?? ""),
  column("Window", ({ window }) => window),
];

export const nodeMetricsColumns: Column<NodeMetrics>[] = [
  nameColumn,
  column("CPU", ({ usage }) => usage.cpu ?? ""),
  column("Memory", ({ usage }) => usage.memory ?? ""),
  column("Window", ({ window }) => window),
];
