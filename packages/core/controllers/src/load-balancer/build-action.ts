// Backends of an Ingress → the action of a rule or of a listener's default (pkg/ingress/enhanced_backend_builder.go,
// model_build_actions.go).
import type { Action, ForwardTargetGroup, IngressBackend, Service } from "@loopway/model";
import { type AnnotatedAction, type AnnotatedTargetGroup, readActionAnnotation } from "./action-annotation.ts";
import { buildTargetGroup } from "./build-target-group.ts";
import { flags } from "./flags.ts";
import { AWS_NAMESPACE, targetGroupOfArn } from "./names.ts";
import { namespaceOf, type Place, reportTo, type StackBuild } from "./stack-build.ts";

const USE_ANNOTATION = "use-annotation";

/** Undefined after a problem. */
export function buildAction(build: StackBuild, place: Place, backend: IngressBackend): Action | undefined {
  const { service } = backend;
  if (service === undefined) {
    reportTo(build, place)('missing required "service" field');
    return undefined;
  }
  const servicePort = service.port?.name || service.port?.number || 0;
  if (servicePort !== USE_ANNOTATION)
    return buildForward(build, place, { type: "forward", targetGroups: [{ serviceName: service.name, servicePort }] });
  const annotated = readActionAnnotation(service.name, [place.ingress.metadata.annotations], reportTo(build, place));
  if (annotated.kind === "absent") return absentAction(build, place, service.name);
  if (annotated.kind === "invalid") return undefined;
  return annotated.action.type === "forward" ? buildForward(build, place, annotated.action) : annotated.action;
}

function absentAction(build: StackBuild, place: Place, name: string): Action | undefined {
  if (flags.tolerateNonExistentBackendAction) return unavailable("Backend action does not exist");
  reportTo(build, place)(`missing actions.${name} configuration`);
  return undefined;
}

function buildForward(build: StackBuild, place: Place, forward: Extract<AnnotatedAction, { type: "forward" }>): Action | undefined {
  const { targetGroups, stickiness } = forward;
  const isSingle = targetGroups.length === 1;
  const built: ForwardTargetGroup[] = [];
  for (const tuple of targetGroups) {
    const service = findService(build, place, tuple);
    if (service === "missing" && isSingle && flags.tolerateNonExistentBackendService) return unavailable("Backend service does not exist");
    if (service === "missing") reportTo(build, place)(`services "${tuple.serviceName}" not found`);
    const name = service === "missing" ? undefined : targetGroupNameOf(build, place, { tuple, service });
    if (name === undefined) continue;
    const weight = tuple.weight === undefined ? {} : { weight: tuple.weight };
    built.push({ targetGroupRef: { from: { name, namespace: AWS_NAMESPACE } }, ...weight });
  }
  if (built.length < targetGroups.length) return undefined;
  return {
    type: "forward",
    forwardConfig: { targetGroups: built, ...(stickiness === undefined ? {} : { targetGroupStickinessConfig: stickiness }) },
  };
}

function findService(build: StackBuild, { ingress }: Place, { serviceName }: AnnotatedTargetGroup): Service | "missing" | undefined {
  if (serviceName === undefined) return undefined;
  return build.snapshot.get<Service>("Service", namespaceOf(ingress), serviceName) ?? "missing";
}

function targetGroupNameOf(
  build: StackBuild,
  place: Place,
  { tuple, service }: { tuple: AnnotatedTargetGroup; service: Service | undefined },
): string | undefined {
  if (service !== undefined) return buildTargetGroup(build, place, { service, port: tuple.servicePort ?? 0 });
  return tuple.targetGroupName ?? targetGroupOfArn(tuple.targetGroupARN ?? "");
}

function unavailable(messageBody: string): Action {
  return { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "503", messageBody } };
}
