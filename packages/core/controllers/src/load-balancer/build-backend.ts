// A backend of an Ingress with everything that annotations add to it (pkg/ingress/enhanced_backend_builder.go). Reading looks at the Ingress
// alone; loading looks up the Services.
import type { Action, IngressBackend, JwtValidationConfig, RuleCondition, Service, Transform } from "@loopway/model";
import { type AnnotatedAction, type AnnotatedTargetGroup, readActionAnnotation } from "./action-annotation.ts";
import { type AuthSettings, readAuthSettings } from "./auth-annotations.ts";
import { readConditions } from "./condition-annotation.ts";
import { readJwtValidation } from "./jwt-annotation.ts";
import { namespaceOf, type Place, reportTo, type StackBuild } from "./stack-build.ts";
import { readTransforms } from "./transform-annotation.ts";

const USE_ANNOTATION = "use-annotation";

export interface ReadBackend {
  conditions: RuleCondition[];
  transforms: Transform[];
  action: AnnotatedAction;
}

export interface LoadedBackend extends ReadBackend {
  authConfig: AuthSettings;
  jwtValidationConfig?: JwtValidationConfig;
}

/** Undefined after a problem. */
export function buildBackend(build: StackBuild, place: Place, backend: IngressBackend): LoadedBackend | undefined {
  const read = readBackend(build, place, backend);
  return read === undefined ? undefined : loadBackend(build, place, read);
}

/** Undefined after a problem. */
export function readBackend(build: StackBuild, place: Place, { service }: IngressBackend): ReadBackend | undefined {
  const reportProblem = reportTo(build, place);
  const sources = [place.ingress.metadata.annotations];
  if (service === undefined) {
    reportProblem('missing required "service" field');
    return undefined;
  }
  const conditions = readConditions({ name: service.name, acceptsRegex: build.flags.features.regexConditions }, sources, reportProblem);
  const transforms = readTransforms(service.name, sources, reportProblem);
  const servicePort = service.port?.name || service.port?.number || 0;
  const action =
    servicePort === USE_ANNOTATION ? annotatedAction(build, place, service.name) : forwardTo({ serviceName: service.name, servicePort });
  return conditions === undefined || transforms === undefined || action === undefined ? undefined : { conditions, transforms, action };
}

function forwardTo(targetGroup: AnnotatedTargetGroup): AnnotatedAction {
  return { type: "forward", forwardConfig: { targetGroups: [targetGroup] } };
}

function annotatedAction(build: StackBuild, place: Place, name: string): AnnotatedAction | undefined {
  const annotated = readActionAnnotation(name, [place.ingress.metadata.annotations], reportTo(build, place));
  if (annotated.kind === "action") return annotated.action;
  if (annotated.kind === "invalid") return undefined;
  if (build.flags.tolerateNonExistentBackendAction) return unavailable("Backend action does not exist");
  reportTo(build, place)(`missing actions.${name} configuration`);
  return undefined;
}

/** Undefined after a problem. A single Service that is missing answers 503; one of several makes the whole action an error. */
function loadBackend(build: StackBuild, place: Place, read: ReadBackend): LoadedBackend | undefined {
  const reportProblem = reportTo(build, place);
  const targetGroups = read.action.type === "forward" ? read.action.forwardConfig.targetGroups : [];
  const names = targetGroups.flatMap(({ serviceName }) => serviceName ?? []);
  const missing = names.filter((name) => findService(build, place, name) === undefined);
  const [firstMissing] = missing;
  const isTolerated = targetGroups.length === 1 && build.flags.tolerateNonExistentBackendService;
  if (firstMissing !== undefined && !isTolerated) {
    reportProblem(`services "${firstMissing}" not found`);
    return undefined;
  }
  const action = firstMissing === undefined ? read.action : unavailable("Backend service does not exist");
  const [onlyName] = targetGroups.length === 1 ? names : [];
  const service = onlyName === undefined ? undefined : findService(build, place, onlyName);
  const ingressAnnotations = place.ingress.metadata.annotations;
  const authConfig = readAuthSettings([service?.metadata.annotations, ingressAnnotations], reportProblem);
  const jwt = readJwtValidation([ingressAnnotations], reportProblem);
  if (authConfig === undefined || jwt === "invalid") return undefined;
  return { ...read, action, authConfig, ...(jwt === "absent" ? {} : { jwtValidationConfig: jwt }) };
}

export function findService(build: StackBuild, { ingress }: Place, name: string): Service | undefined {
  return build.snapshot.get<Service>("Service", namespaceOf(ingress), name);
}

function unavailable(messageBody: string): Action & { type: "fixed-response" } {
  return { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "503", messageBody } };
}
