/** Delays of Kubernetes and AWS, in milliseconds, that a user may change: most so as not to wait minutes for what happens in minutes. */
export const timings = {
  /** kubelet: the first back-off of a container that crashes, doubled up to 5 min. */
  "crash-loop": 10_000,
  /** kube-controller-manager --node-monitor-grace-period. */
  "node-grace": 40_000,
  /** kube-apiserver --default-not-ready-toleration-seconds and --default-unreachable-toleration-seconds. */
  eviction: 300_000,
  /** kube-controller-manager, podgc: how long a node is missing before its pods are removed (it looks every 20 s besides). */
  "pod-gc": 40_000,
  /** Until a change of targets has reached the load balancer: in AWS one to several seconds, undocumented; here none unless asked for. */
  "target-propagation": 0,
  /** kube-controller-manager --horizontal-pod-autoscaler-sync-period. */
  "autoscaler-sync": 15_000,
} as const;

export type Timing = keyof typeof timings;
export type Timings = { readonly [timing in Timing]?: number };
