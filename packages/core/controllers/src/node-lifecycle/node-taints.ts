import { formatTimestamp } from "@loopway/kube";
import type { Node, Taint } from "@loopway/model";
import { NOT_READY_TAINT, UNREACHABLE_TAINT, UNSCHEDULABLE_TAINT } from "../tolerations.ts";

/** Taints that the controller puts on and takes off; all others are the user's. */
const OWN_KEYS = new Set([NOT_READY_TAINT, UNREACHABLE_TAINT, UNSCHEDULABLE_TAINT]);

/**
 * The taints that a node's state calls for. Ready False: not-ready, Ready Unknown (its kubelet is silent): unreachable, each with both
 * effects; cordoned: unschedulable. One that stays keeps its time. Kubernetes, pkg/controller/nodelifecycle, taintMap.
 */
export function nodeTaints({ spec, status }: Node, now: number): Taint[] {
  const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status;
  const key = ready === "Unknown" ? UNREACHABLE_TAINT : ready === "True" ? undefined : NOT_READY_TAINT;
  const wanted: Taint[] = [
    ...(spec?.unschedulable === true ? [{ key: UNSCHEDULABLE_TAINT, effect: "NoSchedule" }] : []),
    ...(key === undefined ? [] : ["NoSchedule", "NoExecute"].map((effect) => ({ key, effect }))),
  ];
  const present = spec?.taints ?? [];
  const isWanted = (taint: Taint) => wanted.some(({ key: other, effect }) => other === taint.key && effect === taint.effect);
  const kept = present.filter((taint) => !OWN_KEYS.has(taint.key) || isWanted(taint));
  const added = wanted.filter(({ key: other, effect }) => !kept.some((taint) => taint.key === other && taint.effect === effect));
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: formatTimestamp(now) }))];
}
