/** The pods behind a Service port as kube-proxy sees them: the ready ones, else those that still serve while they end. */
import { candidateEndpoints, offeredEndpoints } from "@loopway/balancing";
import type { Snapshot } from "@loopway/kube";
import type { EndpointSlice, Service, ServicePort } from "@loopway/model";
import type { PodEnd } from "./explanation.ts";

export function slicesOf({ metadata }: Service, snapshot: Snapshot): readonly EndpointSlice[] {
  const { namespace = "default", name } = metadata;
  return snapshot.list<EndpointSlice>("EndpointSlice", { namespace, labels: { matchLabels: { "kubernetes.io/service-name": name } } });
}

export function endpointsOf(service: Service, servicePort: ServicePort, snapshot: Snapshot): PodEnd[] {
  const offered = offeredEndpoints(slicesOf(service, snapshot), servicePort);
  return candidateEndpoints(offered).map(({ addresses: [address = ""], port: targetPort, targetRef, nodeName }) => ({
    pod: targetRef === undefined ? address : `${service.metadata.namespace ?? "default"}/${targetRef.name}`,
    address,
    targetPort,
    ...(nodeName === undefined ? {} : { node: nodeName }),
  }));
}
