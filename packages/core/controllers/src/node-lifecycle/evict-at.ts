import type { Pod, Taint } from "@loopway/model";
import { parseTime } from "../parse-time.ts";
import { NOT_READY_TAINT, tolerates, UNREACHABLE_TAINT } from "../tolerations.ts";

/**
 * When a pod has to leave a node with these taints, in milliseconds since the epoch: at once where it does not tolerate one with NoExecute,
 * after the shortest tolerationSeconds where it does for a time; undefined: never. A pod that says nothing of a node that is not ready or
 * unreachable tolerates it for `defaultMs`, as the admission plugin DefaultTolerationSeconds lets it. Kubernetes, pkg/controller/tainteviction.
 */
export function evictAtMs({ spec }: Pod, taints: readonly Taint[], defaultMs: number): number | undefined {
  const times = taints.filter(({ effect }) => effect === "NoExecute").map((taint) => leaveAtMs(spec.tolerations ?? [], taint, defaultMs));
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function leaveAtMs(tolerations: NonNullable<Pod["spec"]["tolerations"]>, taint: Taint, defaultMs: number): number | undefined {
  const sinceMs = parseTime(taint.timeAdded) ?? 0;
  const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
  if (matching.length === 0) return isByDefault(taint) ? sinceMs + defaultMs : sinceMs;
  const seconds = matching.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  return seconds.length === 0 ? undefined : sinceMs + Math.max(0, Math.min(...seconds)) * 1000;
}

function isByDefault({ key }: Taint): boolean {
  return key === NOT_READY_TAINT || key === UNREACHABLE_TAINT;
}
