import type { Pod, ReplicaSet } from "@loopway/model";
import { podFromTemplate } from "../pod-from-template.ts";

export function buildPod(replicaSet: ReplicaSet, name: string): Pod {
  return podFromTemplate(replicaSet, replicaSet.spec.template, { name, generateName: podNameBase(replicaSet) });
}

export function podNameBase({ metadata }: ReplicaSet): string {
  return `${metadata.name}-`;
}
