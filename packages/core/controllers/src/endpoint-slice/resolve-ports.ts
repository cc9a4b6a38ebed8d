import type { EndpointSlice, Pod, Service, ServicePort } from "@loopway/model";

export type EndpointPort = NonNullable<EndpointSlice["ports"]>[number];

/**
 * The Service's ports as this pod serves them: numbers as they are, names looked up in the pod's containers under the same protocol. A name
 * that the pod does not have leaves that port out. Kubernetes, staging/src/k8s.io/endpointslice/utils.go, getEndpointPorts.
 */
export function resolvePorts({ spec }: Service, pod: Pod): EndpointPort[] {
  return (spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(servicePort, pod);
    if (port === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function targetPortOf({ targetPort, port, protocol = "TCP" }: ServicePort, pod: Pod): number | undefined {
  if (targetPort === undefined || targetPort === 0 || targetPort === "") return port;
  if (typeof targetPort === "number") return targetPort;
  const containerPorts = pod.spec.containers.flatMap(({ ports = [] }) => ports);
  return containerPorts.find(({ name, protocol: containerProtocol = "TCP" }) => name === targetPort && containerProtocol === protocol)
    ?.containerPort;
}
