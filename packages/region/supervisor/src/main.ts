import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { formatFailure, log, openParentLine } from "@loopway/hop-kit";
import { type Address, type ErrorCode, type ErrorEntry, errors, formatAddress, LoopwayError } from "@loopway/model";
import { claimInstance, claimStateDir } from "./claim.ts";
import { readConfig, type SupervisorConfig } from "./config.ts";
import type { FleetEvent, Member } from "./fleet.ts";
import { type Layout, prepareLayout } from "./layout.ts";
import { ownsState, partName } from "./part.ts";
import { type Progress, progressOf } from "./progress.ts";
import { writeRunRecord } from "./run-record.ts";
import { createStatusServer } from "./status-server.ts";
import { Supervision } from "./supervision.ts";

const API_SERVER: Address = { address: "127.0.0.1", port: 6443 };

/** Undone in reverse order at the end, however it comes. */
const undo: (() => void)[] = [];
let supervision: Supervision | undefined;
let isStopping = false;

const config = readConfig();
const report = openParentLine<Progress>(() => {
  if (!config.detached) stop(0);
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(0));
process.on("SIGHUP", () => {
  if (!config.detached) stop(0);
});
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
run(config).catch(fail);

async function run({ stateDir, instance, part }: SupervisorConfig): Promise<void> {
  const isOwner = ownsState(part);
  undo.push(claimStateDir(stateDir, part === undefined || isOwner ? undefined : partName(part)));
  if (isOwner) undo.push(claimInstance(instance, stateDir));
  const layout = prepareLayout(stateDir, part);
  const recordPath = join(stateDir, "loopway.json");
  const startedAt = new Date().toISOString();
  const writeRecord = (server: Address) => {
    const apiServer = `https://${formatAddress(server)}`;
    if (isOwner) writeRunRecord(recordPath, { ...config, pid: process.pid, runDir: layout.runDir, apiServer, startedAt });
  };
  // Other supervisors may go on: their sockets stay.
  undo.push(() => rmSync(part === undefined ? layout.runDir : layout.supervisorSocket, { recursive: true, force: true }));
  if (isOwner) undo.push(() => rmSync(recordPath, { force: true }));
  supervision = new Supervision({ config, layout, onEvent: createEventReporter(layout, writeRecord) });
  supervision.start();
  await serveStatus(layout, supervision);
  writeRecord(API_SERVER);
  report({ type: "started" });
}

/** Every change goes to who started us. Until the control plane has served once, its end is ours: what it says is what the user must hear. */
function createEventReporter(layout: Layout, writeRecord: (server: Address) => void): (event: FleetEvent) => void {
  let wasControlPlaneReady = false;
  return (event) => {
    const { member, type } = event;
    if (type !== "bound") report(progressOf(event));
    if (member.wish.kind !== "control-plane") return;
    wasControlPlaneReady ||= type === "ready";
    const [server] = member.bindings.values();
    if (type === "bound" && server !== undefined) writeRecord(server.bound);
    if (type === "ended" && !event.isFinal && !wasControlPlaneReady) fail(controlPlaneFailure(member, layout));
  };
}

function controlPlaneFailure({ failed, lastEnd }: Member, { logsDir }: Layout): LoopwayError {
  if (failed !== undefined && failed.code !== "E_PROCESS" && failed.code in errors)
    return new LoopwayError(failed.code as ErrorCode, failed.values);
  return new LoopwayError("E_PROCESS", {
    hop: "control-plane",
    reason: lastEnd ?? "it said nothing",
    log: join(logsDir, "control-plane.log"),
  });
}

async function serveStatus({ supervisorSocket }: Layout, supervision: Supervision): Promise<void> {
  rmSync(supervisorSocket, { force: true });
  const server = createStatusServer(() => supervision.members()).listen(supervisorSocket);
  await once(server, "listening");
  chmodSync(supervisorSocket, 0o600);
}

function fail(error: unknown): void {
  log(formatFailure(error));
  if (error instanceof LoopwayError) report({ type: "failed", code: error.code, values: { ...error.values } });
  const entry: Partial<ErrorEntry> = error instanceof LoopwayError ? errors[error.code] : {};
  stop(entry.exitCode ?? 1);
}

function stop(code: number): void {
  if (isStopping) return;
  isStopping = true;
  const ended = supervision?.stop() ?? Promise.resolve();
  void ended.finally(() => {
    for (const step of undo.reverse()) step();
    process.exit(code);
  });
}
