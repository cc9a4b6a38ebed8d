import type { Service, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { buildTargets, type Surroundings } from "../target-registration/build-targets.ts";
import { targetGroupStatus } from "./load-balancer-status.ts";

export interface DeploySurroundings extends Surroundings {
  /** Services that are written in the same transaction, by key. */
  services: ReadonlyMap<string, Service>;
}

/** With status; a new one starts with its targets, so that a rule that moves to it never finds it empty. */
export function completeTargetGroup(
  targetGroup: TargetGroup,
  bindings: readonly TargetGroupBinding[],
  surroundings: DeploySurroundings,
): TargetGroup {
  const { snapshot, services } = surroundings;
  const { namespace, name } = targetGroup.metadata;
  const stored = snapshot.get<TargetGroup>("TargetGroup", namespace, name);
  const complete = { ...targetGroup, status: targetGroupStatus(targetGroup, stored) };
  const binding = bindings.find(({ metadata }) => metadata.name === name);
  if (binding === undefined || stored !== undefined) return complete;
  const { spec, metadata } = binding;
  const service =
    services.get(`${metadata.namespace}/${spec.serviceRef.name}`) ??
    snapshot.get<Service>("Service", metadata.namespace, spec.serviceRef.name);
  const targets = service === undefined ? [] : buildTargets(binding, service, surroundings);
  return { ...complete, spec: { ...targetGroup.spec, targets } };
}
