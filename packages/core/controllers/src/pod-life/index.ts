export { type BackOff, CRASH_LOOP, failuresAfter, restartDelayMs } from "./back-off.ts";
export { buildPodStatus, type PodPlace, type PodStatus } from "./build-status.ts";
export { type ProbeType, probeOf } from "./container-probes.ts";
export {
  beginDueProbes,
  beginLife,
  deleted,
  type Exit,
  exited,
  failedProbe,
  nextTickMs,
  type PodLife,
  preStopEnded,
  probed,
  started,
  tick,
  wantsProcess,
} from "./pod-life.ts";
export { sleepsMs } from "./stub-command.ts";
