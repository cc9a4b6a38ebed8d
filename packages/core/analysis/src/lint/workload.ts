// What runs pods: any object with a pod template, of kinds that Loopway runs and of those it does not (a Rollout). Nobody has
// looked at the latter before, so every field is taken only if it is what it should be.
import { isJsonObject, matchesSelector } from "@loopway/kube";
import type { KubeObject, Service } from "@loopway/model";

export interface Workload {
  object: KubeObject;
  namespace: string;
  labels: Readonly<Record<string, string>>;
  /** RFC 6901 of the pod's spec. */
  podPath: string;
  graceSeconds: number | undefined;
  /** All that may listen in the pod: sidecars too, behind the others. */
  containers: readonly WorkloadContainer[];
  /** As written; undefined counts as one. */
  replicas: number | undefined;
}

export interface WorkloadContainer {
  name: string;
  /** RFC 6901, in the object. */
  path: string;
  ports: readonly { name: string | undefined; containerPort: number; protocol: string }[];
  /** Command and arguments, in one text. */
  commandLine: string;
  variables: readonly { name: string; value: string }[];
  readiness: { path: string; port: number | string } | undefined;
  preStop: { command: string; sleepSeconds: number | undefined } | undefined;
}

/** What is no template, or a patch of one, is passed over. */
export function findWorkloads(objects: readonly KubeObject[]): Workload[] {
  return objects.flatMap((object) => workloadOf(object) ?? []);
}

function workloadOf(object: KubeObject): Workload | undefined {
  const { spec, kind } = object;
  const metadata: unknown = object.metadata;
  if (!isJsonObject(spec) || !isJsonObject(metadata) || kind === "Job" || kind === "CronJob") return undefined;
  const isPod = kind === "Pod";
  const template = isPod ? { metadata, spec } : spec.template;
  if (!isJsonObject(template) || !isJsonObject(template.spec)) return undefined;
  const { containers, initContainers, terminationGracePeriodSeconds } = template.spec;
  const podPath = isPod ? "/spec" : "/spec/template/spec";
  const main = containersIn(containers, `${podPath}/containers`);
  if (main.length === 0) return undefined;
  const sidecars = objectsIn(initContainers).flatMap((container, index) =>
    container.restartPolicy === "Always" ? [toContainer(container, `${podPath}/initContainers/${index}`)] : [],
  );
  const labels = isJsonObject(template.metadata) && isJsonObject(template.metadata.labels) ? template.metadata.labels : {};
  return {
    object,
    namespace: typeof metadata.namespace === "string" ? metadata.namespace : "default",
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)])),
    podPath,
    graceSeconds: numberOf(terminationGracePeriodSeconds),
    containers: [...main, ...sidecars],
    replicas: numberOf(spec.replicas),
  };
}

function containersIn(list: unknown, path: string): WorkloadContainer[] {
  return objectsIn(list).map((container, index) => toContainer(container, `${path}/${index}`));
}

function toContainer(container: Record<string, unknown>, path: string): WorkloadContainer {
  const { name, ports, command, args, env, readinessProbe, lifecycle } = container;
  return {
    name: String(name),
    path,
    ports: objectsIn(ports).flatMap((port) => {
      const containerPort = numberOf(port.containerPort);
      return containerPort === undefined ? [] : [{ name: textOf(port.name), containerPort, protocol: textOf(port.protocol) ?? "TCP" }];
    }),
    commandLine: [command, args].flatMap((words) => (Array.isArray(words) ? words.map(String) : [])).join(" "),
    variables: objectsIn(env).map((variable) => ({ name: String(variable.name), value: String(variable.value ?? "") })),
    readiness: readinessOf(readinessProbe),
    preStop: preStopOf(lifecycle),
  };
}

function readinessOf(probe: unknown): WorkloadContainer["readiness"] {
  const httpGet = isJsonObject(probe) ? probe.httpGet : undefined;
  if (!isJsonObject(httpGet)) return undefined;
  const port = numberOf(httpGet.port) ?? textOf(httpGet.port);
  return port === undefined ? undefined : { path: textOf(httpGet.path) ?? "/", port };
}

function preStopOf(lifecycle: unknown): WorkloadContainer["preStop"] {
  const preStop = isJsonObject(lifecycle) ? lifecycle.preStop : undefined;
  if (!isJsonObject(preStop)) return undefined;
  const { exec, sleep } = preStop;
  const command = isJsonObject(exec) && Array.isArray(exec.command) ? exec.command.map(String).join(" ") : "";
  return { command, sleepSeconds: isJsonObject(sleep) ? numberOf(sleep.seconds) : undefined };
}

function objectsIn(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Those whose pods a Service takes; none for a Service without selector. */
export function selectWorkloads(workloads: readonly Workload[], { metadata, spec }: Service): Workload[] {
  const { selector = {} } = spec;
  const { namespace = "default" } = metadata;
  if (Object.keys(selector).length === 0) return [];
  return workloads.filter((workload) => workload.namespace === namespace && matchesSelector({ matchLabels: selector }, workload.labels));
}
