// What happens to a pod that ends: preStop, then SIGTERM, then after terminationGracePeriodSeconds, which counts from the beginning, SIGKILL; beside that
// the load balancer deregisters it and lets requests finish for the deregistration delay.
import type { LintRule } from "../rule.ts";
import { targetGroupServices } from "../target-group-services.ts";
import type { Workload, WorkloadContainer } from "../workload.ts";

/** Kubernetes' default of terminationGracePeriodSeconds. */
const GRACE_S = 30;
/** elbv2's default of deregistration_delay.timeout_seconds. */
const DELAY_S = 300;

export const graceTooShort: LintRule = {
  code: "grace-too-short",
  severity: "warning",
  summary: "preStop sleeps as long as terminationGracePeriodSeconds, or longer: the container is killed without SIGTERM",
  *check({ workloads }) {
    for (const workload of workloads) {
      const grace = workload.graceSeconds ?? GRACE_S;
      for (const container of workload.containers) {
        const sleep = sleepOf(container);
        if (sleep === undefined || sleep < grace) continue;
        yield {
          object: workload.object,
          path: workload.graceSeconds === undefined ? workload.podPath : `${workload.podPath}/terminationGracePeriodSeconds`,
          message: `preStop of container ${container.name} sleeps ${sleep} s, and the grace of ${grace} s, which counts from the same moment, ends first: the container is killed with its requests`,
          suggestion: `write terminationGracePeriodSeconds: ${sleep + GRACE_S}`,
        };
      }
    }
  },
};

export const drainingTooShort: LintRule = {
  code: "draining-too-short",
  severity: "info",
  summary: "pods end before the load balancer has stopped sending them requests: 502 during rollouts",
  *check(subject) {
    const told = new Set<Workload>();
    for (const { view, service, workloads } of targetGroupServices(subject)) {
      const { attributes = [], targetType } = view.targetGroup.spec;
      const written = attributes.find(({ key }) => key === "deregistration_delay.timeout_seconds")?.value;
      const delay = Number(written ?? DELAY_S);
      for (const workload of workloads) {
        if (targetType !== "ip" || told.has(workload) || workload.object.kind === "Pod") continue;
        told.add(workload);
        const sleeps = workload.containers.flatMap((container) => sleepOf(container) ?? []);
        const sleep = Math.max(0, ...sleeps);
        const hasHook = workload.containers.some(({ preStop }) => preStop !== undefined);
        if ((hasHook && sleeps.length === 0) || sleep >= Math.min(delay, written === undefined ? SETTLING_S : delay)) continue;
        const does = sleep === 0 ? "has no preStop hook" : `has a preStop hook that sleeps ${sleep} s`;
        yield {
          object: workload.object,
          path: `${workload.podPath}/containers`,
          message: `${does}, and the deregistration delay is ${delay} s: the load balancer still sends requests for seconds after SIGTERM, and they end in 502`,
          suggestion: `let preStop sleep ${Math.min(delay, SETTLING_S)} s or more, with terminationGracePeriodSeconds above that`,
          related: [{ object: service, path: "", message: "behind the load balancer by this Service" }],
        };
      }
    }
  },
};

/** Deregistration reaches all of a load balancer's nodes within so long, by the controller's own guide to pod readiness. */
const SETTLING_S = 15;

/** Seconds; undefined for a hook that does something else, or none. */
function sleepOf({ preStop }: WorkloadContainer): number | undefined {
  const seconds = /\bsleep\s+(\d+)\b/.exec(preStop?.command ?? "")?.[1];
  return preStop?.sleepSeconds ?? (seconds === undefined ? undefined : Number(seconds));
}
