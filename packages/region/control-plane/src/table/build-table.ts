/** meta.k8s.io/v1 Table: rows for people, made by the server so that every client shows the same. */
import type { Kind, KubeObject } from "@loopway/model";
import * as aws from "./aws-columns.ts";
import type { Column } from "./column.ts";
import * as kubernetes from "./kubernetes-columns.ts";
import { podColumns } from "./pod-columns.ts";
import * as workloads from "./workload-columns.ts";

export interface TableOptions {
  now: number;
  /** What each row carries of its object. */
  includeObject: "None" | "Metadata" | "Object";
}

export interface Table {
  kind: "Table";
  apiVersion: "meta.k8s.io/v1";
  metadata: { resourceVersion: string };
  columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[];
  rows: { cells: (string | number)[]; object?: unknown }[];
}

// The kinds differ, so a column is checked against its own kind where it is written and forgotten here.
const columnsByKind: Readonly<Record<string, readonly Column<never>[]>> = {
  Pod: podColumns,
  Deployment: workloads.deploymentColumns,
  ReplicaSet: workloads.replicaSetColumns,
  StatefulSet: workloads.statefulSetColumns,
  DaemonSet: workloads.daemonSetColumns,
  ControllerRevision: workloads.controllerRevisionColumns,
  Job: workloads.jobColumns,
  HorizontalPodAutoscaler: workloads.autoscalerColumns,
  PodDisruptionBudget: workloads.disruptionBudgetColumns,
  PodMetrics: workloads.podMetricsColumns,
  NodeMetrics: workloads.nodeMetricsColumns,
  Service: kubernetes.serviceColumns,
  Ingress: kubernetes.ingressColumns,
  IngressClass: kubernetes.ingressClassColumns,
  Node: kubernetes.nodeColumns,
  Namespace: kubernetes.namespaceColumns,
  EndpointSlice: kubernetes.endpointSliceColumns,
  Event: kubernetes.eventColumns,
  ConfigMap: kubernetes.configMapColumns,
  Secret: kubernetes.secretColumns,
  ServiceAccount: kubernetes.serviceAccountColumns,
  Lease: kubernetes.leaseColumns,
  LoadBalancer: aws.loadBalancerColumns,
  Listener: aws.listenerColumns,
  Rule: aws.ruleColumns,
  TargetGroup: aws.targetGroupColumns,
  TargetGroupBinding: aws.targetGroupBindingColumns,
  SecurityGroup: aws.securityGroupColumns,
  ElasticIPAddress: aws.elasticIPAddressColumns,
  HostedZone: aws.hostedZoneColumns,
  RecordSet: aws.recordSetColumns,
  AddressBinding: aws.addressBindingColumns,
};

export function buildTable(kind: Kind, objects: readonly KubeObject[], { now, includeObject }: TableOptions): Table {
  const columns = (columnsByKind[kind.kind] ?? aws.plainColumns) as readonly Column[];
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: objects.length === 1 ? (objects[0]?.metadata.resourceVersion ?? "") : "" },
    columnDefinitions: columns.map(({ name, wide }) => ({
      name,
      type: "string",
      format: name === "Name" ? "name" : "",
      description: "",
      priority: wide === true ? 1 : 0,
    })),
    rows: objects.map((object) => ({ cells: columns.map(({ cell }) => cell(object, now)), ...rowObject(object, includeObject) })),
  };
}

function rowObject(object: KubeObject, includeObject: TableOptions["includeObject"]): { object?: unknown } {
  if (includeObject === "None") return {};
  if (includeObject === "Object") return { object };
  return { object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata } };
}
