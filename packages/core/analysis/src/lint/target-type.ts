import { classParamsOf, readText } from "@loopway/controllers";
import type { Snapshot } from "@loopway/kube";
import type { Ingress, Service } from "@loopway/model";

/** Of the Service behind the Ingress: IngressClassParams, then the Service's annotation, then the Ingress's, then the controller's default. */
export function targetTypeOf(ingress: Ingress, service: Service, snapshot: Snapshot): string {
  const sources = [service.metadata.annotations, ingress.metadata.annotations];
  return classParamsOf(ingress, snapshot).targetType ?? readText("target-type", sources) ?? "instance";
}
