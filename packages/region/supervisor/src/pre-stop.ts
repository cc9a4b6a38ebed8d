import { setTimeout as sleep } from "node:timers/promises";
import { probePort, sleepsMs } from "@loopway/kube";
import type { Address, Container, Pod, PreStop } from "@loopway/model";
import { askHttp } from "./probe.ts";

/** What one container does before SIGTERM. */
export interface PreStopHook {
  container: Container;
  preStop: PreStop;
}

export interface PreStopTarget {
  podIP: string;
  /** Where a virtual address of the pod is really bound. */
  resolve(virtual: Address): Address;
}

export function preStopHooks({ spec }: Pod): PreStopHook[] {
  return spec.containers.flatMap((container) => {
    const preStop = container.lifecycle?.preStop;
    return preStop === undefined ? [] : [{ container, preStop }];
  });
}

/**
 * Resolves when the hook has ended, well or not: the kubelet goes on either way. No command of a container is run, as it is a stub; where
 * the command sleeps, the hook takes that long. Kubernetes, "Container Lifecycle Hooks".
 */
export async function runPreStop(
  { container, preStop }: PreStopHook,
  { podIP, resolve }: PreStopTarget,
  signal: AbortSignal,
): Promise<void> {
  const { httpGet } = preStop;
  if (httpGet !== undefined) {
    const port = probePort(httpGet.port, container.ports ?? []);
    // Bounded by the grace period, whose end aborts nothing: SIGKILL closes the connection.
    if (port !== undefined) await askHttp(httpGet, { virtual: { address: podIP, port }, resolve, timeoutMs: 0 });
    return;
  }
  const ms = preStop.sleep === undefined ? sleepsMs(preStop.exec?.command) : preStop.sleep.seconds * 1000;
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
