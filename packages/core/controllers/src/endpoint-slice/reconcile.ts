import {
  type Change,
  type Controller,
  isEqual,
  matchesSelector,
  type ReconcileInput,
  type ReconcileResult,
  type Snapshot,
} from "@loopway/kube";
import { type EndpointSlice, type KubeObject, type Node, objectKey, type Pod, type Service } from "@loopway/model";
import { deletionChange, updateChange } from "../changes.ts";
import { isNodeReady } from "../node-state.ts";
import { controllerReference, getByKey, ownKey } from "../owner.ts";
import { generateName } from "../random-suffix.ts";
import { hasEndpoint } from "./build-endpoint.ts";
import { hintEvents } from "./hint-events.ts";
import { isManagedSlice, SERVICE_NAME_LABEL, sliceLabels } from "./labels.ts";
import { planSlices, type SlicePlan } from "./plan-slices.ts";
import { isTopologyAware } from "./topology-hints.ts";

/** Service and Pods → EndpointSlices. Keys: Services. */
export const endpointSliceController: Controller = {
  name: "endpoint-slice",
  watches: [
    { kind: "Service", keysOf: ownKey },
    { kind: "Pod", keysOf: servicesOfPod },
    { kind: "EndpointSlice", keysOf: (object, previous) => [...serviceOfSlice(object), ...serviceOfSlice(previous)] },
    { kind: "Node", keysOf: servicesOfNode },
  ],
  reconcile: reconcileSlices,
};

function servicesOfPod(object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  if (![object, previous].some((pod) => pod !== undefined && hasEndpoint(pod as Pod))) return [];
  const isSame = isEqual(object?.metadata.labels, previous?.metadata.labels);
  return [...new Set([...servicesSelecting(object, snapshot), ...(isSame ? [] : servicesSelecting(previous, snapshot))])];
}

function servicesSelecting(pod: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  const { namespace = "", labels = {} } = pod?.metadata ?? {};
  const candidates = Object.entries(labels).flatMap(([label, value]) =>
    snapshot.list<Service>("Service", { by: { index: firstSelected, value: `${namespace}/${label}=${value}` } }),
  );
  return candidates.filter((service) => selects(service, pod)).map(objectKey);
}

/** Index: the first of the labels that the Service selects by; a pod needs it as much as the others. */
function firstSelected(object: KubeObject): readonly string[] {
  const [first] = Object.entries((object as Service).spec.selector ?? {});
  return first === undefined ? [] : [`${object.metadata.namespace ?? ""}/${first[0]}=${first[1]}`];
}

function serviceOfSlice(slice: KubeObject | undefined): readonly string[] {
  const { namespace = "", labels } = slice?.metadata ?? {};
  const service = labels?.[SERVICE_NAME_LABEL];
  return slice === undefined || service === undefined || !isManagedSlice(slice) ? [] : [`${namespace}/${service}`];
}

/** That it is there, and its labels, reach the slices, its CPU and readiness those with hints in proportion; the rest of its status changes all the time. */
function servicesOfNode(object: KubeObject | undefined, previous: KubeObject | undefined, snapshot: Snapshot): readonly string[] {
  const isKept = object !== undefined && previous !== undefined;
  const areLabelsSame = isKept && isEqual(object.metadata.labels, previous.metadata.labels);
  if (areLabelsSame && isEqual(capacityOf(object), capacityOf(previous))) return [];
  const services = snapshot.list<Service>("Service").filter(hasSelector);
  return (areLabelsSame ? services.filter(isTopologyAware) : services).map(objectKey);
}

function capacityOf(object: KubeObject | undefined) {
  const node = object as Node | undefined;
  return node && { isReady: isNodeReady(node), cpu: node.status?.allocatable?.cpu };
}

/** Without a selector somebody else writes the slices; an ExternalName has none. */
function hasSelector({ spec }: Service): boolean {
  return spec.type !== "ExternalName" && Object.keys(spec.selector ?? {}).length > 0;
}

function selects(service: Service, pod: KubeObject | undefined): boolean {
  return pod !== undefined && hasSelector(service) && matchesSelector({ matchLabels: service.spec.selector ?? {} }, pod.metadata.labels);
}

function reconcileSlices(input: ReconcileInput): ReconcileResult {
  const { snapshot } = input;
  const service = getByKey<Service>(snapshot, "Service", input.key);
  if (service === undefined || service.metadata.deletionTimestamp !== undefined || !hasSelector(service)) return { changes: [] };
  const { name, namespace = "" } = service.metadata;
  const slices = snapshot
    .list<EndpointSlice>("EndpointSlice", { namespace, labels: { matchLabels: { [SERVICE_NAME_LABEL]: name } } })
    .filter((slice) => isManagedSlice(slice) && slice.metadata.deletionTimestamp === undefined);
  const pods = snapshot.list<Pod>("Pod", { namespace, labels: { matchLabels: service.spec.selector ?? {} } });
  const plan = planSlices(service, slices, pods, snapshot);
  return { changes: [...buildChanges(service, plan, input), ...hintEvents(service, { slices, refusal: plan.refusal, snapshot })] };
}

/** The changes that lead to the plan; slices that already are as planned are not written. */
function buildChanges(service: Service, { kept, created, deleted }: SlicePlan, { snapshot, random }: ReconcileInput): Change[] {
  const { name: serviceName, namespace = "" } = service.metadata;
  const generated = `${serviceName}-`;
  const metadata = { labels: sliceLabels(service), ownerReferences: [controllerReference(service)] };
  const given = new Set<string>();
  const isTaken = (name: string) => given.has(name) || snapshot.get("EndpointSlice", namespace, name) !== undefined;
  const creations = created.map(({ ports, endpoints }): Change => {
    const name = generateName(generated, random, isTaken);
    given.add(name);
    const object: EndpointSlice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, generateName: generated, namespace, ...metadata },
      addressType: "IPv4",
      endpoints,
      ports,
    };
    return { op: "create", object };
  });
  const updates = kept.flatMap(({ slice, endpoints }) => {
    const next: EndpointSlice = { ...slice, metadata: { ...slice.metadata, ...metadata }, endpoints };
    return updateChange(slice, next);
  });
  return [...creations, ...updates, ...deleted.map(deletionChange)];
}
