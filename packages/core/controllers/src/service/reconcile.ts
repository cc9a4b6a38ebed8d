import {
  type Change,
  type Controller,
  type ControllerSettings,
  isEqual,
  needsHealthCheckNodePort,
  type ReconcileInput,
  type ReconcileResult,
  type Snapshot,
} from "@loopway/kube";
import { clusterDnsAddress, isClusterDns, type KubeObject, objectKey, type Service } from "@loopway/model";
import { eventOnce } from "../event-once.ts";
import { featuresOf } from "../lbc-features.ts";
import { LOAD_BALANCER_CLASS } from "../network-load-balancer/flags.ts";
import { getByKey, ownKey } from "../owner.ts";
import { type ServiceSpec, withDefaults } from "./build-spec.ts";
import { allocateClusterIP, clusterIPsOf, serviceCidr, servicesWith } from "./cluster-ip.ts";
import { type Conflict, findConflicts } from "./find-conflicts.ts";
import {
  allocateHealthCheckNodePort,
  allocateNodePorts,
  NODE_PORTS,
  needsNodePorts,
  nodePortNumbers,
  takenNodePorts,
} from "./node-port.ts";

/**
 * Gives every Service its defaults, its ClusterIP and its nodePorts. In Kubernetes the API server does this while it admits the object;
 * here it follows at once, as a controller, so that it can be replayed. Keys: Services.
 */
export const serviceController: Controller = {
  name: "service",
  admits: true,
  // What one Service gives back, another may wait for.
  watches: [
    {
      kind: "Service",
      keysOf: (object, previous, snapshot) => [...ownKey(object, previous), ...(givesBack(object, previous) ? listWaiting(snapshot) : [])],
    },
  ],
  reconcile: reconcileService,
};

function reconcileService(input: ReconcileInput): ReconcileResult {
  const { snapshot, settings } = input;
  const service = getByKey<Service>(snapshot, "Service", input.key);
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const spec = buildSpec(service, input);
  const shortages = findShortages(spec, input);
  const conflicts = findConflicts({ ...service, spec }, snapshot, settings.plan);
  const changes: Change[] = [];
  if (!isEqual(spec, service.spec)) changes.push({ op: "update", object: { ...service, spec } });
  for (const { reason, message } of [...shortages, ...conflicts]) {
    const component = reason.startsWith("Port") ? "portallocator-repair-controller" : "ipallocator-repair-controller";
    changes.push(...eventOnce(snapshot, { op: "event", type: "Warning", reason, message, about: service, component }));
  }
  return { changes };
}

function buildSpec(service: Service, { snapshot, settings, random }: ReconcileInput): ServiceSpec {
  let spec = withDefaults(claimed(service.spec, settings));
  if (spec.type !== "ExternalName") {
    const given = spec.clusterIP || spec.clusterIPs?.[0];
    const clusterIP = given || clusterDnsIP(service, { snapshot, settings }) || allocateClusterIP(snapshot, settings.plan, random);
    if (clusterIP !== undefined) spec = { ...spec, clusterIP, clusterIPs: spec.clusterIPs?.[0] ? spec.clusterIPs : [clusterIP] };
  }
  const taken = needsNodePorts(spec) || needsHealthCheckNodePort(spec) ? takenNodePorts(snapshot, service) : new Set<string>();
  if (needsNodePorts(spec) && spec.ports !== undefined) spec = { ...spec, ports: allocateNodePorts(spec, taken, random) };
  return withHealthCheckNodePort(spec, taken, random);
}

/** One that is no longer needed is given back. */
function withHealthCheckNodePort(spec: ServiceSpec, taken: ReadonlySet<string>, random: () => number): ServiceSpec {
  const { healthCheckNodePort: given, ...rest } = spec;
  if (!needsHealthCheckNodePort(spec)) return given === undefined ? spec : rest;
  const healthCheckNodePort = given || allocateHealthCheckNodePort(spec, taken, random);
  return healthCheckNodePort === undefined ? spec : { ...spec, healthCheckNodePort };
}

/** kubeadm and EKS give the cluster's DNS a fixed address. */
function clusterDnsIP(service: Service, { snapshot, settings }: Pick<ReconcileInput, "snapshot" | "settings">): string | undefined {
  if (!isClusterDns(service)) return undefined;
  const address = clusterDnsAddress(settings.plan);
  return servicesWith(address, snapshot).length === 0 ? address : undefined;
}

/**
 * A webhook of the Load Balancer Controller gives its class to a new Service that names none; one with a clusterIP is not new. Leniently a Service
 * waits until somebody asks for a network load balancer: a process for each Service of type LoadBalancer is more than most authors meant.
 */
function claimed(spec: Service["spec"], settings: ControllerSettings): Service["spec"] {
  const isNew = spec.type === "LoadBalancer" && !spec.clusterIP && !spec.loadBalancerClass;
  return isNew && settings.strict && featuresOf(settings).claimsServices ? { ...spec, loadBalancerClass: LOAD_BALANCER_CLASS } : spec;
}

/** An address or a nodePort that the Service had before. */
function givesBack(object: KubeObject | undefined, previous: KubeObject | undefined): boolean {
  if (previous === undefined) return false;
  const held = heldBy(object as Service | undefined);
  return heldBy(previous as Service).some((key) => !held.includes(key));
}

function heldBy(service: Service | undefined): string[] {
  return service === undefined ? [] : [...clusterIPsOf(service), ...nodePortNumbers(service.spec).map(String)];
}

function listWaiting(snapshot: Snapshot): string[] {
  return snapshot
    .list<Service>("Service")
    .filter(({ spec }) => lacksClusterIP(spec) || lacksNodePort(spec))
    .map(objectKey);
}

function lacksClusterIP({ type, clusterIP }: Service["spec"]): boolean {
  return type !== "ExternalName" && !clusterIP;
}

function lacksNodePort(spec: Service["spec"]): boolean {
  const lacksHealthCheck = needsHealthCheckNodePort(spec) && !spec.healthCheckNodePort;
  return lacksHealthCheck || (needsNodePorts(spec) && spec.ports?.some(({ nodePort }) => !nodePort) === true);
}

function findShortages(spec: ServiceSpec, { settings }: ReconcileInput): Conflict[] {
  const shortages: Conflict[] = [];
  if (lacksClusterIP(spec)) {
    const message = `Service CIDR ${serviceCidr(settings.plan)} is full; you must widen the CIDR in order to create new services`;
    shortages.push({ reason: "ServiceCIDRFull", message });
  }
  if (lacksNodePort(spec)) {
    const range = `${NODE_PORTS.first}-${NODE_PORTS.last}`;
    const message = `Port range ${range} is full; you must widen the port range in order to create new services`;
    shortages.push({ reason: "PortRangeFull", message });
  }
  return shortages;
}
