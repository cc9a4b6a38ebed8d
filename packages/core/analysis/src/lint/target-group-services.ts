import { findServicePort } from "@loopway/controllers";
import type { Service, ServicePort } from "@loopway/model";
import type { TargetGroupView } from "./group-view.ts";
import type { Subject } from "./subject.ts";
import { selectWorkloads, type Workload } from "./workload.ts";

export interface TargetGroupService {
  view: TargetGroupView;
  service: Service;
  servicePort: ServicePort;
  /** Whose pods are behind it. */
  workloads: readonly Workload[];
}

/** Every target group with the Service of the manifests that it is made for. */
export function targetGroupServices({ views, findService, isAssumed, workloads }: Subject): TargetGroupService[] {
  return views.flatMap(({ targetGroups }) =>
    targetGroups.flatMap((view) => {
      const { serviceRef } = view.binding.spec;
      const service = findService(view.binding.metadata.namespace, serviceRef.name);
      const servicePort = service === undefined ? undefined : findServicePort(service, serviceRef.port);
      if (service === undefined || servicePort === undefined || isAssumed(service)) return [];
      return [{ view, service, servicePort, workloads: selectWorkloads(workloads, service) }];
    }),
  );
}
