import { writeFile } from "node:fs/promises";
import type { Address, EndpointSlice, Service } from "@loopway/model";
import { objectOf } from "../product/api.ts";

export const SERVICES = 1_000;
export const ENDPOINTS = 10;
export const SERVICE_PORT = 80;
/** Of 30000 to 32767. */
const FIRST_NODE_PORT = 31_000;

const nameOf = (number: number) => `service-${number}`;

export function nodePortOf(number: number): number {
  return FIRST_NODE_PORT + number;
}

/** Below `block` (two octets), clear of what is allocated. */
export function clusterIPOf(block: string, number: number): string {
  return `${block}.${100 + Math.floor(number / 250)}.${1 + (number % 250)}`;
}

/** Services with a ClusterIP and a node port each, and a slice of ten pods for each, of which the first alone is ready. */
export async function writeManifests(file: string, { block, pods }: { block: string; pods: readonly Address[] }): Promise<void> {
  const items = Array.from({ length: SERVICES }, (_, number) => [serviceOf(block, number), sliceOf(number, pods, 0)]).flat();
  await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

function serviceOf(block: string, number: number): Service {
  const ports = [{ name: "tcp", port: SERVICE_PORT, nodePort: nodePortOf(number) }];
  return objectOf<Service>({
    kind: "Service",
    metadata: { name: nameOf(number), namespace: "default" },
    spec: { type: "NodePort", clusterIP: clusterIPOf(block, number), ports },
  });
}

/** The only slice of a Service, while this one of its pods is ready. */
export function sliceOf(number: number, pods: readonly Address[], readyPod: number): EndpointSlice {
  const name = nameOf(number);
  return objectOf<EndpointSlice>({
    kind: "EndpointSlice",
    metadata: { name, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: pods.map(({ address }, pod) => ({
      addresses: [address],
      conditions: { ready: pod === readyPod, serving: pod === readyPod, terminating: false },
      targetRef: { kind: "Pod", name: `${name}-${pod}`, namespace: "default" },
    })),
    ports: [{ name: "tcp", port: pods[0]?.port ?? 0, protocol: "TCP" }],
  });
}
