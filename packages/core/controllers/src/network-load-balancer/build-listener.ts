// pkg/service/model_build_listener.go.
import { apiVersionOf, kindNamed, type Listener } from "@loopway/model";
import { toKeyValues } from "../load-balancer/key-values.ts";
import { AWS_NAMESPACE } from "../load-balancer/names.ts";
import { readMap, readTags, readText, reportAnnotation } from "./annotations.ts";
import { buildForward } from "./build-forward.ts";
import { buildListenerPorts, type ListenerPort, readCertificates } from "./listener-ports.ts";
import { type Frontend, originAnnotation, portPointer, type ServiceBuild, tagsOf } from "./service-build.ts";

const ALPN = "aws-load-balancer-alpn-policy";
const ALPN_POLICIES = ["None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred"];

export function buildListeners(build: ServiceBuild, frontend: Frontend): Listener[] {
  return buildListenerPorts(build).flatMap((listenerPort) => buildListener(build, frontend, listenerPort) ?? []);
}

/** Undefined after a problem. */
function buildListener(build: ServiceBuild, frontend: Frontend, listenerPort: ListenerPort): Listener | undefined {
  const { servicePort, listenerProtocol } = listenerPort;
  const { port } = servicePort;
  const tags = readTags(build);
  const action = buildForward(build, frontend, listenerPort);
  const security = listenerProtocol === "TLS" ? buildSecurity(build) : {};
  const attributes = toKeyValues(readMap(build, `aws-load-balancer-listener-attributes.${listenerProtocol}-${port}`) ?? {});
  if (action === undefined) return undefined;
  return {
    apiVersion: apiVersionOf(kindNamed("Listener")),
    kind: "Listener",
    metadata: {
      name: `${frontend.loadBalancer}-${port}`,
      namespace: AWS_NAMESPACE,
      annotations: originAnnotation(build, portPointer(build, servicePort)),
    },
    spec: {
      loadBalancerRef: { from: { name: frontend.loadBalancer, namespace: AWS_NAMESPACE } },
      port,
      protocol: listenerProtocol,
      defaultActions: [action],
      ...security,
      ...(attributes.length === 0 ? {} : { attributes }),
      tags: tagsOf(build, String(port), tags),
    },
  };
}

function buildSecurity(build: ServiceBuild): Pick<Listener["spec"], "sslPolicy" | "certificates" | "alpnPolicy"> {
  const alpnPolicy = readText(build, ALPN);
  if (alpnPolicy !== undefined && !ALPN_POLICIES.includes(alpnPolicy))
    reportAnnotation(build, ALPN, `invalid ALPN policy ${alpnPolicy}, policy must be one of [${ALPN_POLICIES.join(", ")}]`);
  return {
    sslPolicy: readText(build, "aws-load-balancer-ssl-negotiation-policy") ?? build.flags.defaultSslPolicy,
    certificates: readCertificates(build).map((certificateARN) => ({ certificateARN })),
    ...(alpnPolicy === undefined ? {} : { alpnPolicy: [alpnPolicy] }),
  };
}
