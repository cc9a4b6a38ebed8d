import type { Service } from "@loopway/model";
import type { Backend } from "./backends.ts";
import type { Subject } from "./subject.ts";

export interface UsedService {
  service: Service;
  /** Never empty. */
  backends: readonly Backend[];
}

/** Services of the manifests that some Ingress sends requests to, each once. */
export function usedServices({ backends, findService, isAssumed }: Subject): UsedService[] {
  const used = new Map<Service, Backend[]>();
  for (const backend of backends) {
    const service = findService(backend.object.metadata.namespace, backend.serviceName);
    if (service !== undefined && !isAssumed(service)) used.set(service, [...(used.get(service) ?? []), backend]);
  }
  return [...used].map(([service, those]) => ({ service, backends: those }));
}
