import type { EndpointSlice, Service } from "@loopway/model";

/** Of every endpoint; below nothing that needs root. */
export const ENDPOINT_PORT = 3000;
export const SERVICE_PORT = 8080;
/** Addresses of this test process alone, outside of every instance's. */
export const ownBlock = `127.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;

export type SliceEndpoint = EndpointSlice["endpoints"][number];

/** A Service without selector, on port 8080. */
export function serviceOf(name: string, spec: Service["spec"] = {}, protocol = "TCP"): Service {
  const ports = [{ name: "main", port: SERVICE_PORT, protocol }];
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, spec: { ports, ...spec } } as Service;
}

/** Its EndpointSlice, as somebody writes it by hand. */
export function sliceOf(service: string, endpoints: SliceEndpoint[], protocol = "TCP"): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: service, namespace: "default", labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    endpoints,
    ports: [{ name: "main", port: ENDPOINT_PORT, protocol }],
  };
}
