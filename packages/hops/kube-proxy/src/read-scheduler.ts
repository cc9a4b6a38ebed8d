import { SCHEDULERS, type Scheduler } from "@loopway/balancing";
import type { KubeObject } from "@loopway/model";

/**
 * The scheduler that a KubeProxyConfiguration asks for, as kubeadm keeps it: ConfigMap kube-system/kube-proxy, key config.conf. Modes iptables
 * and nftables, and no mode at all, choose at random; ipvs by `ipvs.scheduler`, rr where it names none. Only these two fields are read, in
 * block style; a scheduler that we do not have counts as rr.
 */
export function readScheduler(configMap: KubeObject | undefined): Scheduler {
  const { data } = (configMap ?? {}) as { data?: Record<string, string> };
  const text = data?.["config.conf"] ?? "";
  if (fieldOf(text, /^mode:(.*)$/m) !== "ipvs") return "random";
  const wanted = fieldOf(text, /^[ \t]+scheduler:(.*)$/m);
  return SCHEDULERS.find((scheduler) => scheduler === wanted) ?? "rr";
}

function fieldOf(text: string, line: RegExp): string | undefined {
  return line
    .exec(text)?.[1]
    ?.replace(/#.*$/, "")
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2");
}
