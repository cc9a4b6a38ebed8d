import type { Deployment, Ingress, TargetGroup } from "@loopway/model";
import { objectKey } from "@loopway/model";
import { type Command, flag, jsonHelp, jsonOption, stateHelp, stateOption } from "../command.ts";
import { type Connection, withConnection } from "../connection.ts";
import { formatTable } from "../format-table.ts";
import { type RunningProcess, readProcesses } from "../processes.ts";

export const status: Command = {
  name: "status",
  summary: "what runs: processes, deployments, load balancers and the health of their targets",
  usage: "",
  options: { ...stateOption, ...jsonOption },
  optionHelp: [jsonHelp, stateHelp],
  examples: [["loopway status --json | jq .processes", "pids, restarts and addresses of every hop"]],
  run: (arguments_) =>
    withConnection(arguments_, async (connection) => {
      const report = await readStatus(connection);
      if (flag(arguments_, "json")) console.log(JSON.stringify(report, null, 2));
      else process.stdout.write(formatStatus(report));
      return 0;
    }),
};

interface StatusReport {
  instance: number;
  stateDir: string;
  processes: RunningProcess[];
  deployments: { name: string; available: number; wanted: number }[];
  ingresses: { name: string; hosts: string[]; hostname: string | undefined }[];
  targetGroups: { name: string; healthy: number; targets: number }[];
}

async function readStatus({ runFile, api }: Connection): Promise<StatusReport> {
  const [{ processes }, deployments, ingresses, targetGroups] = await Promise.all([
    readProcesses(runFile),
    api.list<Deployment>({ kind: "Deployment" }),
    api.list<Ingress>({ kind: "Ingress" }),
    api.list<TargetGroup>({ kind: "TargetGroup" }),
  ]);
  return {
    instance: runFile.instance,
    stateDir: runFile.stateDir,
    processes,
    deployments: deployments.items.map((each) => ({
      name: objectKey(each),
      available: each.status?.availableReplicas ?? 0,
      wanted: each.spec.replicas ?? 1,
    })),
    ingresses: ingresses.items.map((each) => ({
      name: objectKey(each),
      hosts: (each.spec?.rules ?? []).flatMap(({ host }) => host ?? []),
      hostname: each.status?.loadBalancer?.ingress?.[0]?.hostname,
    })),
    targetGroups: targetGroups.items.map((each) => ({
      name: each.metadata.name,
      healthy: (each.status?.targetHealthDescriptions ?? []).filter(({ targetHealth }) => targetHealth.state === "healthy").length,
      targets: (each.spec.targets ?? []).length,
    })),
  };
}

function formatStatus({ processes, deployments, ingresses, targetGroups }: StatusReport): string {
  return [
    formatTable(
      ["PROCESS", "NAME", "PID", "STATE", "RESTARTS"],
      processes.map(({ kind, name, pid, state, restarts }) => [kind, name, String(pid ?? "-"), state, String(restarts)]),
    ),
    formatTable(
      ["DEPLOYMENT", "AVAILABLE"],
      deployments.map(({ name, available, wanted }) => [name, `${available}/${wanted}`]),
    ),
    formatTable(
      ["INGRESS", "HOSTS", "LOAD BALANCER"],
      ingresses.map(({ name, hosts, hostname }) => [name, hosts.join(",") || "*", hostname ?? "none: see kubectl get events"]),
    ),
    ...formatLoadBalancers(processes),
    formatTable(
      ["TARGET GROUP", "HEALTHY"],
      targetGroups.map(({ name, healthy, targets }) => [name, `${healthy}/${targets}`]),
    ),
  ].join("\n");
}

/** Of network load balancers that have told something: what CloudWatch would have of their flows. */
function formatLoadBalancers(processes: readonly RunningProcess[]): string[] {
  const measured = processes.flatMap(({ name, metrics = [] }) => (metrics.length === 0 ? [] : [{ name, metrics }]));
  if (measured.length === 0) return [];
  const rows = measured.map(({ name, metrics }) => {
    const sum = (wanted: string) => metrics.filter((metric) => metric.name === wanted).reduce((total, { value }) => total + value, 0);
    const resets = ["TCP_Client_Reset_Count", "TCP_Target_Reset_Count", "TCP_ELB_Reset_Count"].map(sum);
    return [name, ...["ActiveFlowCount", "NewFlowCount", "ProcessedBytes"].map((wanted) => String(sum(wanted))), resets.join("/")];
  });
  return [formatTable(["LOAD BALANCER", "ACTIVE FLOWS", "NEW FLOWS", "BYTES", "RESETS BY CLIENT/TARGET/ELB"], rows)];
}
