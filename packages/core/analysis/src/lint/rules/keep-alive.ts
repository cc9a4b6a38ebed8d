import type { LintRule } from "../rule.ts";
import { targetGroupServices } from "../target-group-services.ts";
import type { WorkloadContainer } from "../workload.ts";

/** elbv2's default of idle_timeout.timeout_seconds. */
const IDLE_S = 60;
const VARIABLE = /keep_?alive.*(timeout|seconds|_ms|_s)$|timeout.*keep_?alive$|^keep_?alive$/i;
/** uvicorn, gunicorn, hypercorn. */
const OPTION = /--(?:timeout-keep-alive|keep-alive|keepalive)[=\s](\d+)\b/;

export const keepAlive: LintRule = {
  code: "keep-alive",
  severity: "warning",
  summary: "a container closes idle connections before the load balancer does: now and then a request ends in 502",
  *check(subject) {
    const told = new Set<string>();
    for (const group of targetGroupServices(subject)) {
      const view = subject.views.find(({ targetGroups }) => targetGroups.includes(group.view));
      const idle = Number(view?.loadBalancerAttributes["idle_timeout.timeout_seconds"] ?? IDLE_S);
      for (const { object, containers } of group.workloads) {
        for (const container of containers) {
          const seconds = keepAliveOf(container);
          const key = `${object.kind} ${object.metadata.namespace}/${object.metadata.name} ${container.name}`;
          if (seconds === undefined || seconds > idle || told.has(key)) continue;
          told.add(key);
          yield {
            object,
            path: container.path,
            message: `container ${container.name} keeps idle connections for ${seconds} s, the load balancer for ${idle} s: it sends a request into a connection that is just being closed, and answers 502`,
            suggestion: `keep them longer than ${idle} s`,
          };
        }
      }
    }
  },
};

/** Seconds, where an argument or a variable of the container says so. A value of 1000 and more is taken for milliseconds. */
function keepAliveOf({ commandLine, variables }: WorkloadContainer): number | undefined {
  const variable = variables.find(({ name, value }) => VARIABLE.test(name) && /^\d+$/.test(value));
  const text = OPTION.exec(commandLine)?.[1] ?? variable?.value;
  if (text === undefined) return undefined;
  return Number(text) >= 1000 ? Number(text) / 1000 : Number(text);
}
