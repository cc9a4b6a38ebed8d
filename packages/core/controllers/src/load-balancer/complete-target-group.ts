import type { Service, TargetGroup, TargetGroupBinding } from "@loopway/model";
import { admitTargets, roomOf } from "../target-registration/admit-targets.ts";
import { buildTargets, type Surroundings } from "../target-registration/build-targets.ts";
import { targetGroupStatus } from "./load-balancer-status.ts";
import type { StackMember } from "./stamp-stack.ts";

export interface DeploySurroundings extends Surroundings {
  /** Services that are written in the same transaction, by key. */
  services: ReadonlyMap<string, Service>;
}

/** Target groups with status; a new one starts with its targets, so that a rule that moves to it never finds it empty. */
export function completeTargetGroups(
  members: readonly StackMember[],
  bindings: readonly TargetGroupBinding[],
  surroundings: DeploySurroundings,
): StackMember[] {
  let registered = 0;
  return members.map((member) => {
    if (member.kind !== "TargetGroup") return member;
    const binding = bindings.find(({ metadata }) => metadata.name === member.metadata.name);
    const complete = completeTargetGroup(member, { ...surroundings, binding, registered });
    registered += complete.spec.targets?.length ?? 0;
    return complete;
  });
}

interface Completion extends DeploySurroundings {
  binding: TargetGroupBinding | undefined;
  /** Targets that new groups have got before. */
  registered: number;
}

function completeTargetGroup(targetGroup: TargetGroup, { binding, registered, ...surroundings }: Completion): TargetGroup {
  const { snapshot, settings, services } = surroundings;
  const { namespace, name } = targetGroup.metadata;
  const stored = snapshot.get<TargetGroup>("TargetGroup", namespace, name);
  const complete = { ...targetGroup, status: targetGroupStatus(targetGroup, stored) };
  if (binding === undefined || stored !== undefined) return complete;
  const { spec, metadata } = binding;
  const service =
    services.get(`${metadata.namespace}/${spec.serviceRef.name}`) ??
    snapshot.get<Service>("Service", metadata.namespace, spec.serviceRef.name);
  const wanted = service === undefined ? [] : buildTargets(binding, service, surroundings);
  const { targets } = admitTargets(wanted, [], roomOf(targetGroup, snapshot, settings) - registered);
  return { ...complete, spec: { ...targetGroup.spec, targets } };
}
