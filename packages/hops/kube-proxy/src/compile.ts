import { bindingKey, type EndpointSlice, type Node, objectKey, type Service } from "@loopway/model";
import { compileService } from "./compile-service.ts";
import { locateNodes } from "./places.ts";
import { type CompiledService, emptyTable, type ServiceRule, type ServiceTable } from "./service-table.ts";

export interface ServiceObjects {
  /** The process's name: a node's, or "services". */
  name: string;
  nodes: readonly Node[];
  services: readonly Service[];
  slices: readonly EndpointSlice[];
}

/** Of `previous`, what its objects still say is kept: among a thousand Services a pod's change is the work of one. */
export function compileTable({ name, nodes, services, slices }: ServiceObjects, previous: ServiceTable = emptyTable): ServiceTable {
  const arePlacesKept = isSameList(nodes, previous.nodes);
  const places = arePlacesKept ? previous.places : locateNodes(nodes);
  const slicesByService = Map.groupBy(
    slices,
    ({ metadata: { namespace = "default", labels } }) => `${namespace}/${labels?.["kubernetes.io/service-name"]}`,
  );
  const compiled = new Map<string, CompiledService>();
  const rules = new Map<string, ServiceRule>();
  for (const service of services) {
    const key = objectKey(service);
    const own = slicesByService.get(key) ?? [];
    const before = arePlacesKept ? previous.services.get(key) : undefined;
    const isKept = before?.service === service && isSameList(own, before.slices);
    const current = isKept ? before : compileService({ process: name, places }, service, own);
    compiled.set(key, current);
    for (const rule of current.rules) rules.set(bindingKey(rule.protocol, rule.virtual), rule);
  }
  const healthChecks = [...compiled.values()].flatMap((service) => service.healthChecks);
  return { revision: newest(services, slices), rules, healthChecks, places, nodes, services: compiled };
}

function isSameList<T>(left: readonly T[], right: readonly T[]): boolean {
  return left === right || (left.length === right.length && left.every((item, index) => item === right[index]));
}

function newest(...lists: readonly (readonly (Service | EndpointSlice)[])[]): string {
  let highest = 0;
  for (const objects of lists) for (const { metadata } of objects) highest = Math.max(highest, Number(metadata.resourceVersion ?? 0));
  return String(highest);
}
