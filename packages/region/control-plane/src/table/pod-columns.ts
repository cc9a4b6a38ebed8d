import type { ContainerStatus, Pod } from "@loopway/model";
import { formatAge } from "./age.ts";
import { ageColumn, type Column, column, nameColumn, orNone, wideColumn } from "./column.ts";

/** kubernetes/pkg/printers/internalversion, printPod. */
export const podColumns: Column<Pod>[] = [
  nameColumn,
  column("Ready", ({ spec, status }) => {
    const ready = (status?.containerStatuses ?? []).filter((container) => container.ready).length;
    return `${ready}/${spec.containers.length}`;
  }),
  column("Status", podStatus),
  column("Restarts", restarts),
  ageColumn,
  wideColumn("IP", ({ status }) => orNone(status?.podIP)),
  wideColumn("Node", ({ spec }) => orNone(spec.nodeName)),
  wideColumn("Nominated Node", () => "<none>"),
  wideColumn("Readiness Gates", readinessGates),
];

/** pkg/util/node, NodeUnreachablePodReason. */
const NODE_LOST = "NodeLost";

function podStatus({ metadata, spec, status = {} }: Pod): string {
  const { phase = "Pending", reason } = status;
  if (metadata.deletionTimestamp !== undefined) {
    if (reason === NODE_LOST) return "Unknown";
    if (phase !== "Succeeded" && phase !== "Failed") return "Terminating";
  }
  return initReason(status.initContainerStatuses ?? []) ?? containersReason(status) ?? reason ?? creating(spec.nodeName, phase);
}

/** A pod on its node of which its kubelet has said nothing yet: ours says nothing before the first container runs. */
function creating(nodeName: string | undefined, phase: string): string {
  return phase === "Pending" && (nodeName ?? "") !== "" ? "ContainerCreating" : phase;
}

/** Of the first init container that has not succeeded. */
function initReason(statuses: readonly ContainerStatus[]): string | undefined {
  const index = statuses.findIndex((status) => partOf(status, "terminated")?.exitCode !== 0);
  const current = statuses[index];
  if (current === undefined) return undefined;
  const ended = partOf(current, "terminated");
  if (ended !== undefined) return `Init:${ended.reason || `ExitCode:${ended.exitCode}`}`;
  const waiting = partOf(current, "waiting")?.reason;
  return waiting && waiting !== "PodInitializing" ? `Init:${waiting}` : `Init:${index}/${statuses.length}`;
}

/** The first container that is not simply running has the word; one that has completed beside others that run has not. */
function containersReason({ containerStatuses = [], conditions = [] }: NonNullable<Pod["status"]>): string | undefined {
  const reasons = containerStatuses.map((status) => {
    const ended = partOf(status, "terminated");
    return partOf(status, "waiting")?.reason || (ended && (ended.reason || `ExitCode:${ended.exitCode}`));
  });
  const reason = reasons.find((each) => each !== undefined);
  const hasRunning = containerStatuses.some((status) => status.ready && "running" in (status.state ?? {}));
  if (reason !== "Completed" || !hasRunning) return reason;
  return conditions.some(({ type, status }) => type === "Ready" && status === "True") ? "Running" : "NotReady";
}

/** "2 (5m ago)": how often, and since when the last time. */
function restarts({ status }: Pod, now: number): string | number {
  const isInitializing = initReason(status?.initContainerStatuses ?? []) !== undefined;
  const statuses = (isInitializing ? status?.initContainerStatuses : status?.containerStatuses) ?? [];
  const count = statuses.reduce((sum, container) => sum + container.restartCount, 0);
  const ends = statuses.map(({ lastState }) => (lastState?.terminated as Part | undefined)?.finishedAt).filter((end) => end !== undefined);
  const last = ends.sort().at(-1);
  return count === 0 || last === undefined ? count : `${count} (${formatAge(last, now)} ago)`;
}

interface Part {
  reason?: string;
  exitCode?: number;
  finishedAt?: string;
}

function partOf({ state }: ContainerStatus, part: "waiting" | "terminated"): Part | undefined {
  return state?.[part] as Part | undefined;
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const passed = gates.filter(({ conditionType }) =>
    status?.conditions?.some((condition) => condition.type === conditionType && condition.status === "True"),
  );
  return `${passed.length}/${gates.length}`;
}
