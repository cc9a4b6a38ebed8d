import { type Action, apiVersionOf, kindNamed, type Listener, type LoadBalancer, objectKey } from "@loopway/model";
import { annotationKey, readText } from "./annotations.ts";
import { buildAction } from "./build-action.ts";
import type { ListenPort } from "./listen-ports.ts";
import { AWS_NAMESPACE } from "./names.ts";
import { annotationPointer, originAnnotation, type Place, reportToGroup, type StackBuild } from "./stack-build.ts";

const NOT_FOUND: Action = { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "404" } };

/** Undefined after a problem. */
export function buildListener(build: StackBuild, loadBalancer: LoadBalancer, listenPort: ListenPort): Listener | undefined {
  const { listenerPort, protocol } = listenPort;
  const { place, action } = buildDefaultAction(build, listenPort);
  if (place === undefined || action === undefined) return undefined;
  const { name } = loadBalancer.metadata;
  return {
    apiVersion: apiVersionOf(kindNamed("Listener")),
    kind: "Listener",
    metadata: { name: listenerName(loadBalancer, listenerPort), namespace: AWS_NAMESPACE, annotations: originAnnotation(place) },
    spec: { loadBalancerRef: { from: { name, namespace: AWS_NAMESPACE } }, port: listenerPort, protocol, defaultActions: [action] },
  };
}

export function listenerName(loadBalancer: LoadBalancer, listenerPort: number): string {
  return `${loadBalancer.metadata.name}-${listenerPort}`;
}

/** That of the one Ingress with a defaultBackend, else 404; at most one in the group may have it. */
function buildDefaultAction(build: StackBuild, { ingresses }: ListenPort): { place?: Place; action?: Action | undefined } {
  const [withDefault, ...others] = ingresses.filter(({ spec }) => spec?.defaultBackend !== undefined);
  if (withDefault === undefined) return { ...placeOfListener(ingresses), action: NOT_FOUND };
  if (others.length > 0)
    reportToGroup(build)(`multiple ingress defined default backend: [${[withDefault, ...others].map(objectKey).join(" ")}]`);
  const place = { ingress: withDefault, pointer: "/spec/defaultBackend" };
  return { place, action: buildAction(build, place, withDefault.spec?.defaultBackend ?? {}) };
}

/** Without an annotation nothing in particular of the Ingress makes the listener. */
function placeOfListener([ingress]: ListenPort["ingresses"]): { place?: Place } {
  if (ingress === undefined) return {};
  const isAnnotated = readText("listen-ports", [ingress.metadata.annotations]) !== undefined;
  return { place: { ingress, pointer: isAnnotated ? annotationPointer(annotationKey("listen-ports")) : "" } };
}
