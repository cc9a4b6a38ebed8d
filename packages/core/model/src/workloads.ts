/** Workloads beside Deployments, and what acts on them; as far as Loopway reads or writes them. */
import type { LabelSelector, PodTemplateSpec } from "./kubernetes.ts";
import type { Condition, KubeObject } from "./object.ts";

export interface StatefulSet extends KubeObject {
  kind: "StatefulSet";
  spec: {
    replicas?: number;
    serviceName?: string;
    selector: LabelSelector;
    template: PodTemplateSpec;
    minReadySeconds?: number;
    podManagementPolicy?: "OrderedReady" | "Parallel";
    updateStrategy?: { type?: "RollingUpdate" | "OnDelete"; rollingUpdate?: { partition?: number } };
    ordinals?: { start?: number };
    revisionHistoryLimit?: number;
  };
  status?: {
    observedGeneration?: number;
    replicas: number;
    readyReplicas?: number;
    availableReplicas?: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
  };
}

export interface DaemonSet extends KubeObject {
  kind: "DaemonSet";
  spec: {
    selector: LabelSelector;
    template: PodTemplateSpec;
    minReadySeconds?: number;
    updateStrategy?: { type?: "RollingUpdate" | "OnDelete"; rollingUpdate?: { maxUnavailable?: number | string } };
    revisionHistoryLimit?: number;
  };
  status?: {
    observedGeneration?: number;
    desiredNumberScheduled: number;
    currentNumberScheduled: number;
    numberMisscheduled: number;
    numberReady: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    numberUnavailable?: number;
  };
}

/** A template that a StatefulSet or DaemonSet had, under its number. */
export interface ControllerRevision extends KubeObject {
  kind: "ControllerRevision";
  revision: number;
  data?: { spec: { template: PodTemplateSpec & { $patch?: "replace" } } };
}

/** batch/v1. */
export interface Job extends KubeObject {
  kind: "Job";
  spec: {
    completions?: number;
    parallelism?: number;
    backoffLimit?: number;
    activeDeadlineSeconds?: number;
    suspend?: boolean;
    selector?: LabelSelector;
    template: PodTemplateSpec;
  };
  status?: {
    active?: number;
    ready?: number;
    succeeded?: number;
    failed?: number;
    startTime?: string;
    completionTime?: string;
    conditions?: Condition[];
  };
}

export interface MetricTarget {
  type: "Utilization" | "AverageValue" | "Value";
  /** Percent of the pods' requests. */
  averageUtilization?: number;
  averageValue?: number | string;
  value?: number | string;
}

export interface MetricSpec {
  type: "Resource" | "ContainerResource" | "Pods" | "Object" | "External";
  resource?: { name: string; target: MetricTarget };
}

export interface ScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: "Max" | "Min" | "Disabled";
  policies?: { type: "Pods" | "Percent"; value: number; periodSeconds: number }[];
  /** Share by which a metric may miss its target without consequence. */
  tolerance?: number | string;
}

/** autoscaling/v2. */
export interface HorizontalPodAutoscaler extends KubeObject {
  kind: "HorizontalPodAutoscaler";
  spec: {
    scaleTargetRef: { apiVersion?: string; kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: MetricSpec[];
    behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules };
  };
  status?: {
    observedGeneration?: number;
    lastScaleTime?: string;
    currentReplicas?: number;
    desiredReplicas: number;
    currentMetrics?: { type: "Resource"; resource: { name: string; current: { averageUtilization?: number; averageValue: string } } }[];
    conditions?: Condition[];
  };
}

/** metrics.k8s.io/v1beta1. */
export interface PodMetrics extends KubeObject {
  kind: "PodMetrics";
  timestamp: string;
  window: string;
  containers: { name: string; usage: Record<string, string> }[];
}

export interface NodeMetrics extends KubeObject {
  kind: "NodeMetrics";
  timestamp: string;
  window: string;
  usage: Record<string, string>;
}

/** policy/v1. A number of pods, or a share of them ("50%"). */
export interface PodDisruptionBudget extends KubeObject {
  kind: "PodDisruptionBudget";
  spec?: {
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
  };
  status?: {
    observedGeneration?: number;
    expectedPods: number;
    currentHealthy: number;
    desiredHealthy: number;
    disruptionsAllowed: number;
    conditions?: Condition[];
  };
}
