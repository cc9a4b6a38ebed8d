import type { EndpointSlice, Node, Service } from "@loopway/model";

export function nodeOf(name: string, address: string): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "topology.kubernetes.io/zone": name.replace("node", "zone") } },
    spec: { podCIDR: address.replace(/\d+$/, "0/24") },
    status: {
      addresses: [
        { type: "Hostname", address: name },
        { type: "InternalIP", address },
      ],
    },
  };
}

export function serviceOf(name: string, spec: Service["spec"], resourceVersion = "1"): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop", resourceVersion }, spec };
}

type Endpoint = EndpointSlice["endpoints"][number];

export function sliceOf(service: string, change: Partial<EndpointSlice>, resourceVersion = "1"): EndpointSlice {
  const labels = { "kubernetes.io/service-name": service };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${service}-${resourceVersion}`, namespace: "shop", labels, resourceVersion },
    addressType: "IPv4",
    endpoints: [],
    ports: [{ name: "", port: 3000, protocol: "TCP" }],
    ...change,
  };
}

export function endpointOf(address: string, conditions: Endpoint["conditions"] = { ready: true }): Endpoint {
  return { addresses: [address], conditions, targetRef: { kind: "Pod", name: `pod-${address}`, namespace: "shop" } };
}

export function onNode(nodeName: string, endpoint: Endpoint): Endpoint {
  return { ...endpoint, nodeName };
}
