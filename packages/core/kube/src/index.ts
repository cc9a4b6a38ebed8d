export { applyChanges } from "./apply-changes.ts";
export * from "./controller.ts";
export { type ControllerLoop, enqueueEvents, nextWork, nextWorkAt, reconcile, startLoop } from "./controller-loop.ts";
export { deleteObject } from "./delete-object.ts";
export {
  type ApiFailure,
  type FieldCause,
  failure,
  invalid,
  isFailure,
  notFound,
} from "./failure.ts";
export { matchesFields, parseFieldSelector } from "./field-selector.ts";
export { findPod } from "./find-pod.ts";
export { fnv1a, hexOf } from "./fnv1a.ts";
export { dropHealthCheckNodePort, needsHealthCheckNodePort } from "./health-check-node-port.ts";
export { isEqual, isJsonObject } from "./json.ts";
export { type JsonPatchOperation, jsonPatch } from "./json-patch.ts";
export { coolDown, type ReleasedAddresses } from "./kubelet/address-cooldown.ts";
export { type BackOff, CRASH_LOOP, failuresAfter, restartDelayMs } from "./kubelet/back-off.ts";
export { type ProbeType, probeOf } from "./kubelet/container-probes.ts";
export { type ImageId, wellKnownImage } from "./kubelet/images.ts";
export { EXEC_ANNOTATION, EXEC_REFUSED, type OwnProgram, ownProgramOf, serviceVariables } from "./kubelet/own-program.ts";
export { assignPodAddresses } from "./kubelet/pod-addresses.ts";
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
  servingLife,
  started,
  tick,
  unprobed,
  wantsProcess,
} from "./kubelet/pod-life.ts";
export { grpcPorts, type PodPort, podPorts, probePaths, probePort } from "./kubelet/pod-ports.ts";
export { buildPodStatus, type PodPlace, type PodStatus } from "./kubelet/pod-status.ts";
export { sleepsMs } from "./kubelet/stub-command.ts";
export { formatSelector, matchesSelector, parseSelector } from "./label-selector.ts";
export { mergePatch } from "./merge-patch.ts";
export { createCluster, KUBERNETES_VERSION } from "./new-cluster.ts";
export { ObjectCache } from "./object-cache.ts";
export { perList, perObject } from "./per-list.ts";
export * from "./snapshot.ts";
export {
  type Draft,
  emptyState,
  formatTimestamp,
  type StoreEvent,
  type StoreState,
  type Transaction,
  transact,
  type WriteContext,
} from "./store.ts";
export { strategicMergePatch } from "./strategic-merge-patch.ts";
export { awsSchemas } from "./validation/aws-schemas.ts";
export { notSupported } from "./validation/causes.ts";
export { checkObject } from "./validation/check-object.ts";
export type { SchemaError } from "./validation/json-schema.ts";
export { objectCauses } from "./validation/object-causes.ts";
export { schemaCauses, typeProblem } from "./validation/schema-errors.ts";
export { selectEvent, WatchCache } from "./watch-cache.ts";
export { withoutAllocations } from "./without-allocations.ts";
export { createObject, updateObject, updateStatus } from "./write-object.ts";
