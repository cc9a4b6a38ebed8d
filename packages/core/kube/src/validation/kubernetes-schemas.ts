/**
 * The fields of built-in kinds that controllers, hops and validation read, with their types; what Kubernetes' OpenAPI schemas say of
 * others is left to the control plane.
 */
import { flag, type JsonSchema, kindOf, listOf, number, record, text } from "./json-schema.ts";

const textMap: JsonSchema = { type: "object", additionalProperties: text };
const numberOrName: JsonSchema = { type: ["integer", "string"] };
const labelSelector = record({
  matchLabels: textMap,
  matchExpressions: listOf(record({ key: text, operator: text, values: listOf(text) }, ["key", "operator"])),
});

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

const probe = record({
  httpGet: record({ path: text, port: numberOrName, scheme: text, httpHeaders: listOf(record({ name: text, value: text })) }, ["port"]),
  tcpSocket: record({ port: numberOrName }, ["port"]),
  initialDelaySeconds: number,
  periodSeconds: number,
  timeoutSeconds: number,
  successThreshold: number,
  failureThreshold: number,
});
const container = record(
  {
    name: text,
    image: text,
    ports: listOf(record({ name: text, containerPort: number, protocol: text }, ["containerPort"])),
    env: listOf(record({ name: text, value: text }, ["name"])),
    readinessProbe: probe,
    livenessProbe: probe,
    startupProbe: probe,
  },
  ["name"],
);
const podSpec = record(
  {
    containers: listOf(container),
    nodeName: text,
    nodeSelector: textMap,
    tolerations: listOf(record({ key: text, operator: text, value: text, effect: text })),
    hostname: text,
    subdomain: text,
    terminationGracePeriodSeconds: number,
    readinessGates: listOf(record({ conditionType: text }, ["conditionType"])),
  },
  ["containers"],
);
const template = record({ metadata: record({ labels: textMap, annotations: textMap }), spec: podSpec });
const replicas = { replicas: number, minReadySeconds: number, selector: labelSelector, template };
const amount = numberOrName;

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

const optional = (schema: JsonSchema): JsonSchema => ({ ...schema, required: [] });

export const kubernetesSchemas: Readonly<Record<string, JsonSchema>> = {
  Namespace: optional(kindOf(record({ finalizers: listOf(text) }))),
  Pod: optional(kindOf(podSpec)),
  Service: optional(kindOf(service)),
  ConfigMap: optional(kindOf({})),
  Secret: { ...optional(kindOf({})), properties: { ...(kindOf({}).properties as JsonSchema), type: text, data: textMap } },
  ServiceAccount: optional(kindOf({})),
  Deployment: optional(
    kindOf(
      record(
        {
          ...replicas,
          revisionHistoryLimit: number,
          paused: flag,
          progressDeadlineSeconds: number,
          strategy: record({ type: text, rollingUpdate: record({ maxSurge: amount, maxUnavailable: amount }) }),
        },
        ["selector", "template"],
      ),
    ),
  ),
  ReplicaSet: optional(kindOf(record(replicas, ["selector"]))),
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
