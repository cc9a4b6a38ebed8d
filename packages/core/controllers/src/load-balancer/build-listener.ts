import { type Action, apiVersionOf, kindNamed, type Listener, type LoadBalancer, objectKey } from "@loopway/model";
import { annotationKey, readText } from "./annotations.ts";
import { buildActions } from "./build-action.ts";
import { buildBackend } from "./build-backend.ts";
import { unlessEmpty } from "./key-values.ts";
import type { ListenPort } from "./listen-ports.ts";
import { buildListenerAttributes } from "./listener-attributes.ts";
import { AWS_NAMESPACE } from "./names.ts";
import { redirectAction, type SslRedirect } from "./ssl-redirect.ts";
import { annotationPointer, originAnnotation, type Place, reportToGroup, type StackBuild } from "./stack-build.ts";
import { buildGroupTags } from "./tags.ts";

const NOT_FOUND: Action = { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "404" } };

export interface ListenerParts {
  loadBalancer: LoadBalancer;
  listenPort: ListenPort;
  sslRedirect: SslRedirect | undefined;
}

/** Undefined after a problem. */
export function buildListener(build: StackBuild, { loadBalancer, listenPort, sslRedirect }: ListenerParts): Listener | undefined {
  const { listenerPort, protocol, certificates, sslPolicy, mutualAuthentication } = listenPort;
  const { place, actions } =
    sslRedirect !== undefined && protocol === "HTTP"
      ? { ...placeOfListener(listenPort.ingresses), actions: [redirectAction(sslRedirect)] }
      : buildDefaultActions(build, listenPort);
  const tags = buildGroupTags(build, listenPort.ingresses);
  const attributes = buildListenerAttributes(build, listenPort);
  if (place === undefined || actions === undefined) return undefined;
  const { name } = loadBalancer.metadata;
  return {
    apiVersion: apiVersionOf(kindNamed("Listener")),
    kind: "Listener",
    metadata: { name: listenerName(loadBalancer, listenerPort), namespace: AWS_NAMESPACE, annotations: originAnnotation(place) },
    spec: {
      loadBalancerRef: { from: { name, namespace: AWS_NAMESPACE } },
      port: listenerPort,
      protocol,
      defaultActions: actions,
      ...unlessEmpty(
        "certificates",
        certificates.map((certificateARN, index) => (index === 0 ? { certificateARN, isDefault: true } : { certificateARN })),
      ),
      ...(sslPolicy === undefined ? {} : { sslPolicy }),
      ...(mutualAuthentication === undefined ? {} : { mutualAuthentication }),
      ...unlessEmpty("attributes", attributes),
      ...unlessEmpty("tags", tags),
    },
  };
}

export function listenerName(loadBalancer: LoadBalancer, listenerPort: number): string {
  return `${loadBalancer.metadata.name}-${listenerPort}`;
}

/** That of the one Ingress with a defaultBackend, else 404; at most one in the group may have it. */
function buildDefaultActions(build: StackBuild, { ingresses, protocol }: ListenPort): { place?: Place; actions?: Action[] | undefined } {
  const [withDefault, ...others] = ingresses.filter(({ spec }) => spec?.defaultBackend !== undefined);
  if (withDefault === undefined) return { ...placeOfListener(ingresses), actions: [NOT_FOUND] };
  if (others.length > 0)
    reportToGroup(build)(`multiple ingress defined default backend: [${[withDefault, ...others].map(objectKey).join(" ")}]`);
  const place = { ingress: withDefault, pointer: "/spec/defaultBackend" };
  const backend = buildBackend(build, place, withDefault.spec?.defaultBackend ?? {});
  return { place, actions: backend === undefined ? undefined : buildActions(build, place, { backend, protocol }) };
}

/** Without an annotation nothing in particular of the Ingress makes the listener. */
function placeOfListener([ingress]: ListenPort["ingresses"]): { place?: Place } {
  if (ingress === undefined) return {};
  const isAnnotated = readText("listen-ports", [ingress.metadata.annotations]) !== undefined;
  return { place: { ingress, pointer: isAnnotated ? annotationPointer(annotationKey("listen-ports")) : "" } };
}
