import type { Service } from "@loopway/model";
import type { LintRule } from "../rule.ts";
import { usedServices } from "../used-services.ts";
import { selectWorkloads, type Workload } from "../workload.ts";

export const selectorMatchesNothing: LintRule = {
  code: "selector-matches-nothing",
  severity: "error",
  summary: "the Service behind a backend selects no pod of any workload: nothing is registered",
  *check(subject) {
    for (const { service } of usedServices(subject)) {
      const { selector } = service.spec;
      const { namespace = "default" } = service.metadata;
      const near = subject.workloads.filter((workload) => workload.namespace === namespace);
      // Without one workload the pods are written down elsewhere.
      if (selector === undefined || Object.keys(selector).length === 0 || near.length === 0) continue;
      if (selectWorkloads(near, service).length > 0) continue;
      const nearest = nearestWorkload(service, near);
      yield {
        object: service,
        path: "/spec/selector",
        message: `selects no pod of the ${near.length} workloads in namespace ${namespace}: the target group stays empty, and the load balancer answers 503`,
        ...(nearest === undefined
          ? {}
          : { suggestion: `${nearest.object.kind} ${nearest.object.metadata.name} comes nearest: ${differences(selector, nearest)}` }),
        ...(nearest === undefined ? {} : { related: [{ object: nearest.object, path: labelsPath(nearest), message: "its pods' labels" }] }),
      };
    }
  },
};

function labelsPath({ object }: Workload): string {
  return object.kind === "Pod" ? "/metadata/labels" : "/spec/template/metadata/labels";
}

/** That shares most labels with the selector, or else the name with the Service. */
function nearestWorkload({ spec, metadata }: Service, workloads: readonly Workload[]): Workload | undefined {
  const shared = ({ labels, object }: Workload) =>
    2 * Object.entries(spec.selector ?? {}).filter(([key, value]) => labels[key] === value).length +
    Object.keys(spec.selector ?? {}).filter((key) => key in labels).length +
    (object.metadata.name === metadata.name ? 1 : 0);
  return workloads.reduce<Workload | undefined>(
    (best, each) => (shared(each) > (best === undefined ? 0 : shared(best)) ? each : best),
    undefined,
  );
}

function differences(selector: Readonly<Record<string, string>>, { labels }: Workload): string {
  const wrong = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
  return wrong
    .map(([key, value]) => (key in labels ? `${key} is ${labels[key]} there, not ${value}` : `it has no label ${key}`))
    .join(", ");
}
