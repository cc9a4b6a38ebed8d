import type { Snapshot, WatchedKind } from "@loopway/kube";
import { type KubeObject, objectKey, type Pod, type TargetGroupBinding } from "@loopway/model";
import { targetGroupOfArn } from "../load-balancer/names.ts";
import { bindingsOfGates } from "./target-health-conditions.ts";

const SERVICE_LABEL = "kubernetes.io/service-name";

export const watches: readonly WatchedKind[] = [
  { kind: "TargetGroupBinding", keysOf: (object) => (object === undefined ? [] : [objectKey(object)]) },
  {
    kind: "Service",
    keysOf: (object, previous, snapshot) =>
      bindingsOf(snapshot, (object ?? previous)?.metadata.namespace, (object ?? previous)?.metadata.name),
  },
  {
    kind: "EndpointSlice",
    keysOf: (object, previous, snapshot) => {
      const { namespace, labels } = (object ?? previous)?.metadata ?? {};
      return bindingsOf(snapshot, namespace, labels?.[SERVICE_LABEL]);
    },
  },
  { kind: "Node", keysOf: (_object, _previous, snapshot) => keys(snapshot, ({ spec }) => spec.targetType !== "ip") },
  // A target group that comes after its binding, named alike where a controller made both; and the health for which pods wait.
  {
    kind: "TargetGroup",
    keysOf: (object, previous, snapshot) =>
      object !== undefined && object.status !== previous?.status ? bindingsOfTargetGroup(snapshot, object) : [],
  },
  // Containers get ready without a change of an EndpointSlice where the pod still waits for its gate.
  {
    kind: "Pod",
    keysOf: (object) => (object === undefined ? [] : bindingsOfGates(object as Pod).map((name) => `${object.metadata.namespace}/${name}`)),
  },
];

function bindingsOf(snapshot: Snapshot, namespace: string | undefined, serviceName: string | undefined): string[] {
  if (namespace === undefined || serviceName === undefined) return [];
  const by = { index: servicesOf, value: `${namespace}/${serviceName}` };
  return snapshot.list<TargetGroupBinding>("TargetGroupBinding", { by }).map(objectKey);
}

function servicesOf(object: KubeObject): readonly string[] {
  const { spec, metadata } = object as TargetGroupBinding;
  return [`${metadata.namespace}/${spec.serviceRef.name}`];
}

function bindingsOfTargetGroup(snapshot: Snapshot, { metadata: { name } }: KubeObject): string[] {
  return snapshot.list<TargetGroupBinding>("TargetGroupBinding", { by: { index: targetGroupsOf, value: name } }).map(objectKey);
}

function targetGroupsOf(object: KubeObject): readonly string[] {
  const { targetGroupName, targetGroupARN = "" } = (object as TargetGroupBinding).spec;
  const named = [targetGroupName, targetGroupOfArn(targetGroupARN)];
  return named.filter((name) => name !== undefined);
}

function keys(snapshot: Snapshot, concerns: (binding: TargetGroupBinding) => boolean): string[] {
  return snapshot.list<TargetGroupBinding>("TargetGroupBinding").filter(concerns).map(objectKey);
}
