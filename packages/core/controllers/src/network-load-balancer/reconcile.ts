// Service → network load balancer, listeners, target groups and bindings, as the AWS Load Balancer Controller does
// (controllers/service/service_controller.go), in one transaction. A Service that is refused changes nothing of its stack.
import type { Change, Controller, ReconcileInput, ReconcileResult } from "@loopway/kube";
import { objectKey, type Service } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { eventOnce } from "../event-once.ts";
import { notInVersion, seenBy, unknownSettings } from "../lbc-features.ts";
import { planChanges, storedStack } from "../load-balancer/plan-stack.ts";
import { getByKey } from "../owner.ts";
import { buildNetworkLoadBalancer, type NetworkLoadBalancerBuild, type NetworkLoadBalancerStack } from "./build-stack.ts";
import { deployNetworkLoadBalancer, serviceOwner } from "./deploy-stack.ts";
import { serviceFlagsOf } from "./flags.ts";
import { SERVICE_FINALIZER } from "./taken.ts";
import { vpcOf } from "./vpc.ts";
import { waitsForClass, waitsForProtocol } from "./waiting.ts";
import { watches } from "./watches.ts";

export const networkLoadBalancerController: Controller = { name: "network-load-balancer", watches, reconcile };

function reconcile(input: ReconcileInput): ReconcileResult {
  const { snapshot, settings, key } = input;
  const service = getByKey<Service>(snapshot, "Service", key);
  if (service === undefined) return { changes: [] };
  const surroundings = { snapshot, flags: serviceFlagsOf(settings), vpc: vpcOf(settings.plan) };
  const built = buildNetworkLoadBalancer(seenBy(settings.lbcVersion, service), surroundings);
  const unknown = service.spec.type === "LoadBalancer" ? tellUnknown(service, input) : [];
  return { changes: [...follow(service, built, input), ...unknown] };
}

function follow(service: Service, built: NetworkLoadBalancerBuild, input: ReconcileInput): Change[] {
  if (built.kind === "not-taken") return letGo(service, input);
  // Until it has its clusterIP it has no nodePorts either, and would be refused for that.
  if (service.spec.clusterIP === undefined) return [];
  if (built.kind === "built") return deploy(service, built.stack, input);
  const [{ code, message } = { code: "", message: "" }] = built.problems;
  const told = code === "FailedDeployModel" ? `Failed deploy model due to ${message}` : `Failed build model due to ${message}`;
  return tell(service, input, { type: "Warning", reason: code, message: told });
}

/** Its stack goes, then its hold on the Service. One that never was the controller's only hears what it waits for. */
function letGo(service: Service, input: ReconcileInput): Change[] {
  const { finalizers = [], deletionTimestamp } = service.metadata;
  const isHeld = finalizers.includes(SERVICE_FINALIZER);
  const isWaiting = service.spec.type === "LoadBalancer" && deletionTimestamp === undefined;
  const waiting: Change[] = isWaiting
    ? tell(service, input, { type: "Normal", reason: "WaitingForLoadBalancer", message: waitsForClass(service) })
    : [];
  if (!isHeld) return waiting;
  const released = { ...service, metadata: { ...service.metadata, finalizers: finalizers.filter((held) => held !== SERVICE_FINALIZER) } };
  return [
    ...planChanges([], storedStack(serviceOwner(service), input.snapshot, [])),
    { op: "update", object: released },
    ...(deletionTimestamp === undefined ? statusChange(service, { ...service.status, loadBalancer: {} }) : []),
    ...waiting,
  ];
}

function deploy(service: Service, stack: NetworkLoadBalancerStack, input: ReconcileInput): Change[] {
  const { snapshot, settings, now } = input;
  const waiting = waitsForProtocol(service, stack);
  if (waiting !== undefined) return tell(service, input, { type: "Normal", reason: "WaitingForLoadBalancer", message: waiting });
  const deployment = deployNetworkLoadBalancer(stack, { service, snapshot, settings, now });
  if (deployment.kind === "failed") {
    const message = `Failed deploy model due to ${deployment.message}`;
    return [...hold(service), ...tell(service, input, { type: "Warning", reason: "FailedDeployModel", message })];
  }
  const changes = [...hold(service), ...deployment.changes];
  const success = { op: "event", type: "Normal", reason: "SuccessfullyReconciled", message: "Successfully reconciled" } as const;
  return changes.length === 0 ? [] : [...changes, { ...success, about: service, component: "service" }];
}

/** Before anything is built, so that the Service cannot vanish before its stack. */
function hold(service: Service): Change[] {
  const { finalizers = [] } = service.metadata;
  if (finalizers.includes(SERVICE_FINALIZER)) return [];
  return [{ op: "update", object: { ...service, metadata: { ...service.metadata, finalizers: [...finalizers, SERVICE_FINALIZER] } } }];
}

/** What the version of the controller that is asked for passes over. */
function tellUnknown(service: Service, input: ReconcileInput): Change[] {
  const { lbcVersion } = input.settings;
  return unknownSettings(lbcVersion, service).flatMap((setting) => {
    const message = `annotation ${setting.name} of Service ${objectKey(service)} has no effect: ${notInVersion(lbcVersion, setting)}`;
    return tell(service, input, { type: "Warning", reason: "SettingNotInVersion", message });
  });
}

function tell(
  about: Service,
  { snapshot }: ReconcileInput,
  told: { type: "Normal" | "Warning"; reason: string; message: string },
): Change[] {
  return eventOnce(snapshot, { op: "event", ...told, about, component: "service" });
}
