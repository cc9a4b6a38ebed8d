import type { Service, ServicePort } from "@loopway/model";

/** By number or name, as an Ingress backend or a TargetGroupBinding writes it (pkg/k8s/service_utils.go of the Load Balancer Controller). */
export function findServicePort(service: Service, port: number | string): ServicePort | undefined {
  return service.spec.ports?.find((candidate) => (typeof port === "number" ? candidate.port : candidate.name) === port);
}
