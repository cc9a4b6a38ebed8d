import type { Ingress, Service } from "@loopway/model";
import type { Subject } from "./subject.ts";
import { usedServices } from "./used-services.ts";

/** Ingresses that the controller takes, and Services that it reads: those behind such an Ingress, and those of type LoadBalancer. */
export function annotatedObjects(subject: Subject): (Ingress | Service)[] {
  const ingresses = subject.groups.flatMap(({ members }) => members);
  const services = new Set([
    ...usedServices(subject).map(({ service }) => service),
    ...subject.snapshot.list<Service>("Service").filter(({ spec }) => spec.type === "LoadBalancer"),
  ]);
  return [...ingresses, ...services];
}

export function annotationKeys({ metadata }: Ingress | Service): string[] {
  return Object.keys(metadata.annotations ?? {});
}
