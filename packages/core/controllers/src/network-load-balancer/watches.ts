// Which Services a change concerns. Keys: Services.
import type { IndexFunction, Snapshot, WatchedKind } from "@loopway/kube";
import { type KubeObject, type LoadBalancer, objectKey, type Service, STACK_LABEL } from "@loopway/model";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { isTouched } from "../load-balancer/watches.ts";
import { getByKey, ownKey } from "../owner.ts";
import { STACK_TAG } from "./service-build.ts";

const ACTIONS = "service.beta.kubernetes.io/actions.";

export const watches: readonly WatchedKind[] = [
  {
    kind: "Service",
    keysOf: (object, previous, snapshot) => [...ownKey(object, previous), ...ownersThatName(object ?? previous, snapshot)],
  },
  // What the controller wrote itself comes back here; only what somebody else deleted or rewrote needs another look.
  {
    kind: "LoadBalancer",
    keysOf: (object, previous, snapshot) => [
      ...(isTouched(object, previous) ? ownersOf(previous) : []),
      ...(object === undefined ? servicesWithoutAddress(snapshot) : []),
    ],
  },
  ...["Listener", "SecurityGroup"].map((kind) => ({
    kind,
    keysOf: (object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot) =>
      isTouched(object, previous) ? ownersOfMember(previous, snapshot) : [],
  })),
  // Registered targets change a target group all the time.
  { kind: "TargetGroup", keysOf: (object, previous, snapshot) => (object === undefined ? ownersOfMember(previous, snapshot) : []) },
];

/** Services whose weighted actions may name this one. They are only searched for the name: one reconcile too many is cheaper than reading them. */
function ownersThatName(service: KubeObject | undefined, snapshot: Snapshot): string[] {
  const { name = "", namespace } = service?.metadata ?? {};
  const actions = ({ metadata }: Service) => Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith(ACTIONS));
  const owners = snapshot.list<LoadBalancer>("LoadBalancer", { namespace: AWS_NAMESPACE, by: { index: typeOf, value: "network" } });
  return owners.flatMap(ownersOf).filter((key) => {
    const owner = getByKey<Service>(snapshot, "Service", key);
    if (owner === undefined || owner.metadata.namespace !== namespace) return false;
    return actions(owner).some(([, action]) => action.includes(`"${name}"`));
  });
}

const typeOf: IndexFunction = (object) => [(object as LoadBalancer).spec.type];

function ownersOf(loadBalancer: KubeObject | undefined): string[] {
  const tags = (loadBalancer as LoadBalancer | undefined)?.spec.tags ?? [];
  return tags.filter(({ key }) => key === STACK_TAG).map(({ value }) => value);
}

function ownersOfMember(member: KubeObject | undefined, snapshot: Snapshot): string[] {
  const stack = member?.metadata.labels?.[STACK_LABEL];
  return stack === undefined ? [] : ownersOf(snapshot.get("LoadBalancer", AWS_NAMESPACE, stack));
}

/** Those that may have waited for the addresses or the name that a deleted load balancer frees. */
function servicesWithoutAddress(snapshot: Snapshot): string[] {
  const services = snapshot.list<Service>("Service").filter(({ spec }) => spec.type === "LoadBalancer");
  return services.filter(({ status }) => status?.loadBalancer?.ingress?.[0] === undefined).map(objectKey);
}
