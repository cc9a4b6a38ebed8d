// TargetGroupBinding → the registered targets of its target group (controllers/elbv2/targetgroupbinding_controller.go). Key: the binding.
import { type Change, type Controller, isEqual, type ReconcileInput, type ReconcileResult } from "@loopway/kube";
import { type KubeObject, objectKey, type Service, splitKey, type Target, type TargetGroup, type TargetGroupBinding } from "@loopway/model";
import { statusChange } from "../changes.ts";
import { eventOnce } from "../event-once.ts";
import { AWS_NAMESPACE, targetGroupOfArn } from "../load-balancer/names.ts";
import { admitTargets, roomOf, TOO_MANY_TARGETS } from "./admit-targets.ts";
import { buildTargets, takesInstances } from "./build-targets.ts";
import { planConditions } from "./target-health-conditions.ts";
import { watches } from "./watches.ts";

const COMPONENT = "targetGroupBinding";

export const targetRegistrationController: Controller = { name: "target-registration", watches, reconcile };

function reconcile({ snapshot, settings, key, now }: ReconcileInput): ReconcileResult {
  const { namespace, name } = splitKey(key);
  const binding = snapshot.get<TargetGroupBinding>("TargetGroupBinding", namespace, name);
  const targetGroup = binding && snapshot.get<TargetGroup>("TargetGroup", AWS_NAMESPACE, targetGroupNameOf(binding) ?? "");
  if (binding === undefined || targetGroup === undefined || binding.metadata.deletionTimestamp !== undefined) return { changes: [] };
  const { serviceRef, targetType } = binding.spec;
  const service = snapshot.get<Service>("Service", namespace, serviceRef.name);
  const warn = (reason: string, message: string) =>
    eventOnce(snapshot, { op: "event", type: "Warning", reason, message, about: binding, component: COMPONENT });
  if (service === undefined) {
    const message = `backend not found: Service "${serviceRef.name}" not found`;
    return { changes: [...register(targetGroup, []), ...warn("BackendNotFound", message)] };
  }
  if (targetType !== "ip" && !takesInstances(service, settings)) {
    const message = `Failed reconcile due to service type must be either 'NodePort' or 'LoadBalancer': ${objectKey(service)}`;
    return { changes: warn("FailedReconcile", message) };
  }
  const wanted = buildTargets(binding, service, { snapshot, settings });
  const { targets, isFull } = admitTargets(wanted, targetGroup.spec.targets ?? [], roomOf(targetGroup, snapshot, settings));
  const registration = register(targetGroup, targets);
  const conditions = planConditions(binding, { targetGroup, wanted: targets }, { snapshot, now });
  if (isFull)
    return { changes: [...registration, ...conditions, ...warn("FailedReconcile", `Failed reconcile due to ${TOO_MANY_TARGETS}`)] };
  const changes = [...registration, ...conditions, ...observe(binding)];
  return { changes: changes.length === 0 ? [] : [...changes, succeed(binding)] };
}

function targetGroupNameOf({ spec }: TargetGroupBinding): string | undefined {
  return spec.targetGroupName ?? targetGroupOfArn(spec.targetGroupARN ?? "");
}

function register(targetGroup: TargetGroup, targets: Target[]): Change[] {
  if (isEqual(targetGroup.spec.targets ?? [], targets)) return [];
  const object: TargetGroup = { ...targetGroup, spec: { ...targetGroup.spec, targets } };
  return [{ op: "update", object }];
}

function observe(binding: TargetGroupBinding): Change[] {
  const { generation } = binding.metadata;
  return generation === undefined ? [] : statusChange(binding, { ...binding.status, observedGeneration: generation });
}

function succeed(about: KubeObject): Change {
  return { op: "event", type: "Normal", reason: "SuccessfullyReconciled", message: "Successfully reconciled", about, component: COMPONENT };
}
