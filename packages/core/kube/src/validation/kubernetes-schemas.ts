/**
 * The fields of built-in kinds that controllers, hops and validation read, with their types; what Kubernetes' OpenAPI schemas say of
 * others is left to the control plane.
 */
import { flag, type JsonSchema, kindOf, listOf, number, optional, record, text } from "./json-schema.ts";
import { workloadSchemas } from "./workload-schemas.ts";

const textMap: JsonSchema = { type: "object", additionalProperties: text };
const numberOrName: JsonSchema = { type: ["integer", "string"] };
const backend = record({
  service: record({ name: text, port: record({ number, name: text }) }, ["name"]),
  resource: record({ apiGroup: text, kind: text, name: text }, ["kind", "name"]),
});
const ingressPath = record({ path: text, pathType: text, backend }, ["backend", "pathType"]);
const ingress = record({
  ingressClassName: text,
  defaultBackend: backend,
  tls: listOf(record({ hosts: listOf(text), secretName: text })),
  rules: listOf(record({ host: text, http: record({ paths: listOf(ingressPath) }, ["paths"]) })),
});

const servicePort = record({ name: text, port: number, targetPort: numberOrName, nodePort: number, protocol: text, appProtocol: text }, [
  "port",
]);
const service = record({
  type: text,
  clusterIP: text,
  clusterIPs: listOf(text),
  ipFamilies: listOf(text),
  selector: textMap,
  ports: listOf(servicePort),
  publishNotReadyAddresses: flag,
  loadBalancerClass: text,
  externalName: text,
  sessionAffinity: text,
  externalTrafficPolicy: text,
  healthCheckNodePort: number,
  loadBalancerSourceRanges: listOf(text),
  internalTrafficPolicy: text,
  allocateLoadBalancerNodePorts: flag,
});

/** EndpointSlice has no spec. */
const endpointSlice = {
  ...kindOf({}),
  properties: {
    ...(kindOf({}).properties as JsonSchema),
    addressType: text,
    endpoints: listOf(
      record(
        {
          addresses: listOf(text),
          conditions: record({ ready: flag, serving: flag, terminating: flag }),
          nodeName: text,
          zone: text,
          hostname: text,
          targetRef: record({ kind: text, name: text, namespace: text, uid: text }),
        },
        ["addresses"],
      ),
    ),
    ports: listOf(record({ name: text, port: number, protocol: text, appProtocol: text })),
  },
  required: ["addressType", "endpoints"],
};

export const kubernetesSchemas: Readonly<Record<string, JsonSchema>> = {
  ...workloadSchemas,
  Namespace: optional(kindOf(record({ finalizers: listOf(text) }))),
  Service: optional(kindOf(service)),
  ConfigMap: optional(kindOf({})),
  Secret: { ...optional(kindOf({})), properties: { ...(kindOf({}).properties as JsonSchema), type: text, data: textMap } },
  ServiceAccount: optional(kindOf({})),
  Ingress: optional(kindOf(ingress)),
  IngressClass: optional(
    kindOf(
      record({
        controller: text,
        parameters: record({ apiGroup: text, kind: text, name: text, namespace: text, scope: text }, ["kind", "name"]),
      }),
    ),
  ),
  EndpointSlice: endpointSlice,
};
