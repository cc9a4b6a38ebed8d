// A loaded backend → the actions of a rule or of a listener's default (pkg/ingress/model_build_actions.go).
import type { Action, ForwardTargetGroup } from "@loopway/model";
import type { AnnotatedForward, AnnotatedTargetGroup } from "./action-annotation.ts";
import { buildAuthAction } from "./build-auth-action.ts";
import { findService, type LoadedBackend } from "./build-backend.ts";
import { buildTargetGroup } from "./build-target-group.ts";
import type { ListenPort } from "./listen-ports.ts";
import { AWS_NAMESPACE, targetGroupOfArn } from "./names.ts";
import type { Place, StackBuild } from "./stack-build.ts";

export interface BackendOfListener {
  backend: LoadedBackend;
  protocol: ListenPort["protocol"];
}

/** Undefined after a problem. On HTTP listeners, authentication vanishes without a word. */
export function buildActions(build: StackBuild, place: Place, { backend, protocol }: BackendOfListener): Action[] | undefined {
  const before = protocol === "HTTPS" ? buildAuthAction(build, place, backend) : [];
  const { action } = backend;
  const routing = action.type === "forward" ? buildForward(build, place, action) : action;
  return before === undefined || routing === undefined ? undefined : [...before, routing];
}

function buildForward(build: StackBuild, place: Place, { forwardConfig }: AnnotatedForward): Action | undefined {
  const built: ForwardTargetGroup[] = [];
  for (const tuple of forwardConfig.targetGroups) {
    const name = targetGroupNameOf(build, place, tuple);
    if (name === undefined) continue;
    const weight = tuple.weight === undefined ? {} : { weight: tuple.weight };
    built.push({ targetGroupRef: { from: { name, namespace: AWS_NAMESPACE } }, ...weight });
  }
  if (built.length < forwardConfig.targetGroups.length) return undefined;
  return { type: "forward", forwardConfig: { ...forwardConfig, targetGroups: built } };
}

function targetGroupNameOf(build: StackBuild, place: Place, tuple: AnnotatedTargetGroup): string | undefined {
  const service = tuple.serviceName === undefined ? undefined : findService(build, place, tuple.serviceName);
  if (service !== undefined) return buildTargetGroup(build, place, { service, port: tuple.servicePort ?? 0 });
  const { targetGroupName, targetGroupARN = "" } = tuple;
  // What is no ARN names a target group that is not there: the rule stands all the same.
  return targetGroupName ?? targetGroupOfArn(targetGroupARN) ?? targetGroupARN;
}
