/** Messages of Kubernetes' generated.proto files, as far as kubectl writes them: field number → JSON name and type. */

/** Types: string, number, bool, bytes, the name of another message, or "list TYPE", "map string". */
export type Field = readonly [name: string, type: string];

export const messages: Readonly<Record<string, Readonly<Record<number, Field>>>> = {
  Unknown: { 1: ["typeMeta", "TypeMeta"], 2: ["raw", "bytes"] },
  TypeMeta: { 1: ["apiVersion", "string"], 2: ["kind", "string"] },
  ObjectMeta: {
    1: ["name", "string"],
    2: ["generateName", "string"],
    3: ["namespace", "string"],
    11: ["labels", "map string"],
    12: ["annotations", "map string"],
  },
  Quantity: { 1: ["string", "string"] },
  IntOrString: { 1: ["type", "number"], 2: ["number", "number"], 3: ["text", "string"] },

  Namespace: { 1: ["metadata", "ObjectMeta"] },

  Service: { 1: ["metadata", "ObjectMeta"], 2: ["spec", "ServiceSpec"] },
  ServiceSpec: {
    1: ["ports", "list ServicePort"],
    2: ["selector", "map string"],
    3: ["clusterIP", "string"],
    4: ["type", "string"],
    10: ["externalName", "string"],
  },
  ServicePort: {
    1: ["name", "string"],
    2: ["protocol", "string"],
    3: ["port", "number"],
    4: ["targetPort", "IntOrString"],
    5: ["nodePort", "number"],
  },

  Deployment: { 1: ["metadata", "ObjectMeta"], 2: ["spec", "DeploymentSpec"] },
  DeploymentSpec: { 1: ["replicas", "number"], 2: ["selector", "LabelSelector"], 3: ["template", "PodTemplateSpec"] },
  Job: { 1: ["metadata", "ObjectMeta"], 2: ["spec", "JobSpec"] },
  JobSpec: {
    1: ["parallelism", "number"],
    2: ["completions", "number"],
    6: ["template", "PodTemplateSpec"],
    7: ["backoffLimit", "number"],
  },
  PodTemplateSpec: { 1: ["metadata", "ObjectMeta"], 2: ["spec", "PodSpec"] },
  PodSpec: { 2: ["containers", "list Container"], 3: ["restartPolicy", "string"] },
  Container: {
    1: ["name", "string"],
    2: ["image", "string"],
    3: ["command", "list string"],
    4: ["args", "list string"],
    6: ["ports", "list ContainerPort"],
  },
  ContainerPort: { 1: ["name", "string"], 3: ["containerPort", "number"], 4: ["protocol", "string"] },

  Eviction: { 1: ["metadata", "ObjectMeta"], 2: ["deleteOptions", "DeleteOptions"] },
  DeleteOptions: {
    1: ["gracePeriodSeconds", "number"],
    2: ["preconditions", "Preconditions"],
    4: ["propagationPolicy", "string"],
    5: ["dryRun", "list string"],
  },
  Preconditions: { 1: ["uid", "string"], 2: ["resourceVersion", "string"] },

  PodDisruptionBudget: { 1: ["metadata", "ObjectMeta"], 2: ["spec", "PodDisruptionBudgetSpec"] },
  PodDisruptionBudgetSpec: { 1: ["minAvailable", "IntOrString"], 2: ["selector", "LabelSelector"], 3: ["maxUnavailable", "IntOrString"] },
  LabelSelector: { 1: ["matchLabels", "map string"], 2: ["matchExpressions", "list LabelSelectorRequirement"] },
  LabelSelectorRequirement: { 1: ["key", "string"], 2: ["operator", "string"], 3: ["values", "list string"] },

  HorizontalPodAutoscaler: { 1: ["metadata", "ObjectMeta"], 2: ["spec", "HorizontalPodAutoscalerSpec"] },
  HorizontalPodAutoscalerSpec: {
    1: ["scaleTargetRef", "CrossVersionObjectReference"],
    2: ["minReplicas", "number"],
    3: ["maxReplicas", "number"],
    4: ["metrics", "list MetricSpec"],
  },
  CrossVersionObjectReference: { 1: ["kind", "string"], 2: ["name", "string"], 3: ["apiVersion", "string"] },
  MetricSpec: { 1: ["type", "string"], 4: ["resource", "ResourceMetricSource"] },
  ResourceMetricSource: { 1: ["name", "string"], 2: ["target", "MetricTarget"] },
  MetricTarget: { 1: ["type", "string"], 2: ["value", "Quantity"], 3: ["averageValue", "Quantity"], 4: ["averageUtilization", "number"] },
};
