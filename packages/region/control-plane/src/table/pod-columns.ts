import type { Pod } from "@loopway/model";
import { ageColumn, type Column, column, nameColumn, orNone, wideColumn } from "./column.ts";

/** kubernetes/pkg/printers/internalversion, printPod. */
export const podColumns: Column<Pod>[] = [
  nameColumn,
  column("Ready", ({ spec, status }) => {
    const ready = (status?.containerStatuses ?? []).filter((container) => container.ready).length;
    return `${ready}/${spec.containers.length}`;
  }),
  column("Status", podStatus),
  column("Restarts", ({ status }) => (status?.containerStatuses ?? []).reduce((sum, container) => sum + container.restartCount, 0)),
  ageColumn,
  wideColumn("IP", ({ status }) => orNone(status?.podIP)),
  wideColumn("Node", ({ spec }) => orNone(spec.nodeName)),
  wideColumn("Nominated Node", () => "<none>"),
  wideColumn("Readiness Gates", readinessGates),
];

function podStatus({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp !== undefined) return "Terminating";
  for (const { state = {} } of status?.containerStatuses ?? []) {
    for (const way of ["waiting", "terminated"]) {
      const reason = (state[way] as { reason?: string } | undefined)?.reason;
      if (reason !== undefined && reason !== "") return reason;
    }
  }
  return status?.phase ?? "Pending";
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const passed = gates.filter(({ conditionType }) =>
    status?.conditions?.some((condition) => condition.type === conditionType && condition.status === "True"),
  );
  return `${passed.length}/${gates.length}`;
}
