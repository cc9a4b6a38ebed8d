/** Objects as a user would apply them, with as little in them as the test at hand needs. */
import {
  CERTIFICATE_ANNOTATION,
  type Deployment,
  IMPORT_CERTIFICATE_ANNOTATION,
  type Node,
  type Pod,
  type Secret,
  type Service,
} from "@loopway/model";
import type { World } from "./world.ts";

export const NAMESPACE = "default";

export function deployment(name: string, spec: Partial<Deployment["spec"]> = {}, image = "app:1"): Deployment {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image, ports: [{ name: "http", containerPort: 8080 }] }] } },
      ...spec,
    },
  };
}

export function service(name: string, spec: Partial<Service["spec"]> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

export function node(name: string, zone: string): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "topology.kubernetes.io/zone": zone } },
    spec: {},
    status: { conditions: [{ type: "Ready", status: "True" }] },
  };
}

export const IMPORTED_UNTIL = "2026-03-01T00:00:00Z";

/** A certificate with its key, for these names, as the API server has stored it: marked for import into ACM. */
export function importedSecret(name: string, names: readonly [string, ...string[]]): Secret {
  const facts = {
    domainName: names[0],
    subjectAlternativeNames: names,
    notBefore: "2025-12-01T00:00:00Z",
    notAfter: IMPORTED_UNTIL,
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: NAMESPACE,
      annotations: { [IMPORT_CERTIFICATE_ANNOTATION]: "true", [CERTIFICATE_ANNOTATION]: JSON.stringify(facts) },
    },
    type: "kubernetes.io/tls",
    data: { "tls.crt": "Y2VydA==", "tls.key": "aHVzaA==" },
  };
}

export const threeNodes = [node("node-a", "us-east-1a"), node("node-b", "us-east-1b"), node("node-c", "us-east-1c")];

/** What the supervisor does in place of kubelet: the pod runs with an address, ready or not. */
export function runPod(world: World, pod: Pod, ready: boolean): void {
  const [time] = new Date(world.now).toISOString().split(".");
  const { resourceVersion: _resourceVersion, ...metadata } = pod.metadata;
  const host = Number(metadata.uid?.split("-")[1] ?? 0) % 65_536;
  const status: Pod["status"] = {
    ...pod.status,
    phase: "Running",
    podIP: pod.status?.podIP ?? `127.10.${host >> 8}.${host & 255}`,
    conditions: [
      ...(pod.status?.conditions ?? []).filter(({ type }) => type !== "Ready"),
      { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: `${time}Z` },
    ],
  };
  world.apply({ op: "updateStatus", object: { ...pod, metadata, status } as Pod });
}
