import type { SchemaError } from "@loopway/kube";
import type { Kind, KubeObject } from "@loopway/model";

export interface Schema {
  /** Reads every field that it knows: `unknownFields` relies on it. */
  errors(object: unknown): readonly SchemaError[];
}

type CompiledValidator = ((data: unknown) => boolean) & { errors?: readonly SchemaError[] | null };

/** The built-in kinds' schemas, already compiled to functions by kubernetes-models; each is parsed by V8 only when it is called for. */
const builtIn: Readonly<Record<string, () => Promise<{ validate: (data: unknown) => boolean }>>> = {
  Namespace: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1Namespace"),
  Node: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1Node"),
  Pod: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1Pod"),
  Service: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1Service"),
  ConfigMap: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap"),
  Secret: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1Secret"),
  ServiceAccount: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount"),
  Event: () => import("kubernetes-models/_schemas/IoK8sApiCoreV1Event"),
  Deployment: () => import("kubernetes-models/_schemas/IoK8sApiAppsV1Deployment"),
  ReplicaSet: () => import("kubernetes-models/_schemas/IoK8sApiAppsV1ReplicaSet"),
  StatefulSet: () => import("kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet"),
  DaemonSet: () => import("kubernetes-models/_schemas/IoK8sApiAppsV1DaemonSet"),
  ControllerRevision: () => import("kubernetes-models/_schemas/IoK8sApiAppsV1ControllerRevision"),
  Job: () => import("kubernetes-models/_schemas/IoK8sApiBatchV1Job"),
  HorizontalPodAutoscaler: () => import("kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler"),
  PodDisruptionBudget: () => import("kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget"),
  Ingress: () => import("kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress"),
  IngressClass: () => import("kubernetes-models/_schemas/IoK8sApiNetworkingV1IngressClass"),
  EndpointSlice: () => import("kubernetes-models/_schemas/IoK8sApiDiscoveryV1EndpointSlice"),
  Lease: () => import("kubernetes-models/_schemas/IoK8sApiCoordinationV1Lease"),
};

const loaded = new Map<string, Promise<Schema>>();

export function loadSchema({ kind }: Kind): Promise<Schema> {
  let schema = loaded.get(kind);
  if (schema === undefined) {
    schema = load(kind);
    loaded.set(kind, schema);
  }
  return schema;
}

async function load(kind: KubeObject["kind"]): Promise<Schema> {
  const source = builtIn[kind];
  const validate = source === undefined ? await compileOwn(kind) : (await source()).validate;
  return {
    errors: (object) => {
      const compiled: CompiledValidator = validate;
      return compiled(object) ? [] : (compiled.errors ?? []);
    },
  };
}

async function compileOwn(kind: string): Promise<CompiledValidator> {
  const [{ Ajv }, { awsSchemas }] = await Promise.all([import("ajv"), import("@loopway/kube")]);
  const schema = awsSchemas[kind];
  if (schema === undefined) throw new Error(`kind ${kind} has no schema`);
  return new Ajv({ allErrors: true, strict: false }).compile(schema) as CompiledValidator;
}
