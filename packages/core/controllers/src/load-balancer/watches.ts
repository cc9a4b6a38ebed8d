// Which groups a change concerns. Keys: ids of IngressGroups.
import { type IndexFunction, isEqual, perObject, type Snapshot, type WatchedKind } from "@loopway/kube";
import { type Ingress, type KubeObject, type LoadBalancer, objectKey, type Service, STACK_LABEL } from "@loopway/model";
import { unique } from "../unique.ts";
import { annotationSuffix } from "./annotations.ts";
import { groupsOfFinalizers, membershipOf } from "./ingress-group.ts";
import { AWS_NAMESPACE } from "./names.ts";
import { groupOf } from "./plan-stack.ts";

export const watches: readonly WatchedKind[] = [
  // As the real controller (eventhandlers/ingress_events.go): its own finalizers and statuses are no news.
  {
    kind: "Ingress",
    keysOf: (object, previous, snapshot) =>
      isRewritten(object, previous) ? unique(present<Ingress>(object, previous).flatMap((ingress) => groupsOf(ingress, snapshot))) : [],
  },
  // Seldom written, and may concern any Ingress: its class and parameters, the certificates of its hosts, the client of its authentication.
  ...["IngressClass", "IngressClassParams", "Certificate", "Secret"].map((kind) => ({
    kind,
    keysOf: (_object: KubeObject | undefined, _previous: KubeObject | undefined, snapshot: Snapshot) =>
      unique(snapshot.list<Ingress>("Ingress").flatMap((ingress) => groupsOf(ingress, snapshot))),
  })),
  {
    kind: "Service",
    keysOf: (object, previous, snapshot) =>
      unique(present<Service>(object, previous).flatMap((service) => groupsOfService(service, snapshot))),
  },
  // What the controller wrote itself comes back here; only what somebody else deleted or rewrote needs another look.
  {
    kind: "LoadBalancer",
    keysOf: (object, previous, snapshot) => [
      ...(isTouched(object, previous) ? groupsOfLoadBalancers(object, previous) : []),
      ...(object === undefined ? groupsWithoutAddress(snapshot) : []),
    ],
  },
  ...["Listener", "Rule"].map((kind) => ({
    kind,
    keysOf: (object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot) =>
      isTouched(object, previous) ? groupsOfMember(previous, snapshot) : [],
  })),
  // Registered targets change a target group all the time.
  {
    kind: "TargetGroup",
    keysOf: (object, previous, snapshot) => (object === undefined ? groupsOfMember(previous, snapshot) : []),
  },
];

function isRewritten(object: KubeObject | undefined, previous: KubeObject | undefined): boolean {
  if (object === undefined || previous === undefined || isTouched(object, previous)) return true;
  const { annotations, deletionTimestamp } = object.metadata;
  return deletionTimestamp !== previous.metadata.deletionTimestamp || !isEqual(annotations, previous.metadata.annotations);
}

/** Written or deleted, and not made. */
export function isTouched(object: KubeObject | undefined, previous: KubeObject | undefined): boolean {
  return previous !== undefined && object?.metadata.generation !== previous.metadata.generation;
}

function present<T extends KubeObject>(...objects: (KubeObject | undefined)[]): T[] {
  return objects.filter((object) => object !== undefined) as T[];
}

/** The group it is in, those whose finalizer it holds; an Ingress that no group takes has a key of its own, to say what it waits for. */
function groupsOf(ingress: Ingress, snapshot: Snapshot): string[] {
  const membership = membershipOf(ingress, snapshot);
  const own = membership.kind === "member" ? membership.groupId : objectKey(ingress);
  return [own, ...groupsOfFinalizers(ingress)];
}

function groupsOfService({ metadata: { name, namespace } }: Service, snapshot: Snapshot): readonly string[] {
  const found = (value: string) =>
    snapshot.list<Ingress>("Ingress", { ...(namespace === undefined ? {} : { namespace }), by: { index: backendNames, value } });
  // Annotated actions are only searched for the name: one reconcile too many is cheaper than reading them here.
  const acting = found(SOME_ACTION).filter((ingress) => backendsOf(ingress).actions.some((action) => action.includes(name)));
  return unique([...found(name), ...acting].flatMap((ingress) => groupsOf(ingress, snapshot)));
}

/** No name of a Service. */
const SOME_ACTION = "*";

/** The Services that the rules name, and whether actions may name more. */
const backendNames: IndexFunction = (object) => {
  const { services, actions } = backendsOf(object as Ingress);
  return actions.length === 0 ? services : [...services, SOME_ACTION];
};

const backendsOf = perObject(({ spec, metadata }: Ingress) => {
  const backends = (spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend));
  const services = unique([spec?.defaultBackend, ...backends].flatMap((backend) => backend?.service?.name ?? []));
  const annotations = Object.entries(metadata.annotations ?? {});
  const actions = annotations.filter(([key]) => annotationSuffix(key)?.startsWith("actions.")).map(([, action]) => action);
  return { services, actions };
});

function groupsOfLoadBalancers(...objects: (KubeObject | undefined)[]): readonly string[] {
  return unique(present<LoadBalancer>(...objects).flatMap((loadBalancer) => groupOf(loadBalancer) ?? []));
}

/** Those that may have waited for the addresses or the name that a deleted load balancer frees. */
function groupsWithoutAddress(snapshot: Snapshot): readonly string[] {
  const waiting = snapshot.list<Ingress>("Ingress").filter(({ status }) => status?.loadBalancer?.ingress?.[0] === undefined);
  return unique(waiting.flatMap((ingress) => groupsOf(ingress, snapshot)));
}

function groupsOfMember(member: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  const stack = member?.metadata.labels?.[STACK_LABEL];
  return stack === undefined ? [] : groupsOfLoadBalancers(snapshot.get("LoadBalancer", AWS_NAMESPACE, stack));
}
