/** The fields of pods and of what makes them, as far as controllers and kubelets read them. */
import { flag, type JsonSchema, kindOf, listOf, number, optional, record, text } from "./json-schema.ts";

const textMap: JsonSchema = { type: "object", additionalProperties: text };
const numberOrText: JsonSchema = { type: ["integer", "string"] };
const quantities: JsonSchema = { type: "object", additionalProperties: { type: ["number", "string"] } };
const labelSelector = record({
  matchLabels: textMap,
  matchExpressions: listOf(record({ key: text, operator: text, values: listOf(text) }, ["key", "operator"])),
});

const httpGet = record({ path: text, port: numberOrText, scheme: text, httpHeaders: listOf(record({ name: text, value: text })) }, [
  "port",
]);
const exec = record({ command: listOf(text) });
const probe = record({
  httpGet,
  exec,
  tcpSocket: record({ port: numberOrText }, ["port"]),
  grpc: record({ port: number, service: text }, ["port"]),
  initialDelaySeconds: number,
  periodSeconds: number,
  timeoutSeconds: number,
  successThreshold: number,
  failureThreshold: number,
  terminationGracePeriodSeconds: number,
});
const hook = record({ httpGet, exec, sleep: record({ seconds: number }) });
const container = record(
  {
    name: text,
    image: text,
    command: listOf(text),
    args: listOf(text),
    restartPolicy: text,
    ports: listOf(record({ name: text, containerPort: number, protocol: text }, ["containerPort"])),
    env: listOf(record({ name: text, value: text }, ["name"])),
    resources: record({ requests: quantities, limits: quantities }),
    lifecycle: record({ preStop: hook, postStart: hook }),
    readinessProbe: probe,
    livenessProbe: probe,
    startupProbe: probe,
  },
  ["name"],
);
const podSpec = record(
  {
    containers: listOf(container),
    initContainers: listOf(container),
    restartPolicy: text,
    nodeName: text,
    nodeSelector: textMap,
    tolerations: listOf(record({ key: text, operator: text, value: text, effect: text, tolerationSeconds: number })),
    hostname: text,
    subdomain: text,
    hostNetwork: flag,
    dnsPolicy: text,
    dnsConfig: record({ nameservers: listOf(text), searches: listOf(text), options: listOf(record({ name: text, value: text })) }),
    terminationGracePeriodSeconds: number,
    readinessGates: listOf(record({ conditionType: text }, ["conditionType"])),
  },
  ["containers"],
);
const template = record({ metadata: record({ labels: textMap, annotations: textMap }), spec: podSpec });
const owner = { minReadySeconds: number, revisionHistoryLimit: number, selector: labelSelector, template };
const replicated = { ...owner, replicas: number };
const updateStrategy = record({
  type: text,
  rollingUpdate: record({ maxSurge: numberOrText, maxUnavailable: numberOrText, partition: number }),
});
const scalingRules = record({
  stabilizationWindowSeconds: number,
  selectPolicy: text,
  policies: listOf(record({ type: text, value: number, periodSeconds: number }, ["type", "value", "periodSeconds"])),
  tolerance: { type: ["number", "string"] },
});
const metricTarget = record({ type: text, averageUtilization: number, averageValue: numberOrText, value: numberOrText }, ["type"]);

export const workloadSchemas: Readonly<Record<string, JsonSchema>> = {
  Pod: optional(kindOf(podSpec)),
  Deployment: optional(
    kindOf(record({ ...replicated, paused: flag, progressDeadlineSeconds: number, strategy: updateStrategy }, ["selector", "template"])),
  ),
  ReplicaSet: optional(kindOf(record(replicated, ["selector"]))),
  StatefulSet: optional(
    kindOf(
      record({ ...replicated, serviceName: text, podManagementPolicy: text, updateStrategy, ordinals: record({ start: number }) }, [
        "selector",
        "template",
      ]),
    ),
  ),
  DaemonSet: optional(kindOf(record({ ...owner, updateStrategy }, ["selector", "template"]))),
  Job: optional(
    kindOf(
      record(
        {
          completions: number,
          parallelism: number,
          backoffLimit: number,
          activeDeadlineSeconds: number,
          suspend: flag,
          selector: labelSelector,
          template,
        },
        ["template"],
      ),
    ),
  ),
  HorizontalPodAutoscaler: optional(
    kindOf(
      record(
        {
          scaleTargetRef: record({ apiVersion: text, kind: text, name: text }, ["kind", "name"]),
          minReplicas: number,
          maxReplicas: number,
          metrics: listOf(record({ type: text, resource: record({ name: text, target: metricTarget }, ["name", "target"]) }, ["type"])),
          behavior: record({ scaleUp: scalingRules, scaleDown: scalingRules }),
        },
        ["scaleTargetRef", "maxReplicas"],
      ),
    ),
  ),
  PodDisruptionBudget: optional(
    kindOf(record({ selector: labelSelector, minAvailable: numberOrText, maxUnavailable: numberOrText, unhealthyPodEvictionPolicy: text })),
  ),
};
