import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { formatFailure, log, logToFile, openParentLine } from "@loopway/hop-kit";
import { type Address, type ErrorCode, type ErrorEntry, errors, formatAddress, LoopwayError } from "@loopway/model";
import { claimInstance, claimStateDir } from "./claim.ts";
import { readConfig, type SupervisorConfig } from "./config.ts";
import type { FleetEvent, Member } from "./fleet.ts";
import { readForeground, startCompanion } from "./foreground.ts";
import { type Layout, prepareLayout } from "./layout.ts";
import { openSupervisorLog } from "./log-file.ts";
import { ownsState, partName } from "./part.ts";
import { printProgress } from "./print-progress.ts";
import { type Progress, progressOf } from "./progress.ts";
import { writeRunRecord } from "./run-record.ts";
import { createStatusServer } from "./status-server.ts";
import { Supervision } from "./supervision.ts";

const API_SERVER: Address = { address: "127.0.0.1", port: 6443 };

/** Undone in reverse order at the end, however it comes. */
const undo: (() => void)[] = [];
let supervision: Supervision | undefined;
let isStopping = false;
let endCompanion: () => void = () => undefined;
/** The companion's, where it failed: what it could not do is what the command ends with. */
let exitCode = 0;

const config = readConfig();
const foreground = readForeground();
const report = foreground === undefined ? openParentLine<Progress>(() => hangUp()) : printProgress;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(exitCode));
process.on("SIGHUP", hangUp);
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
run(config).catch(fail);

async function run({ stateDir, instance, part }: SupervisorConfig): Promise<void> {
  const companion = foreground?.companion;
  if (companion !== undefined) undo.push(() => rmSync(companion.handover, { recursive: true, force: true }));
  if (foreground !== undefined) logToFile(openSupervisorLog(stateDir));
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
  if (companion === undefined) return;
  endCompanion = startCompanion(companion, (code) => {
    exitCode = code;
  });
}

/** Every change goes to who started us. Until the control plane has served once, its end is ours: what it says is what the user must hear. */
function createEventReporter(layout: Layout, writeRecord: (server: Address) => void): (event: FleetEvent) => void {
  let wasControlPlaneReady = false;
  return (event) => {
    const { member, type } = event;
    // What ends because it was asked to is no news.
    if (type !== "bound" && !isStopping) report(progressOf(event));
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
  const { code, values } = error instanceof LoopwayError ? error : ownFailure(error);
  report({ type: "failed", code, values: { ...values } });
  const entry: ErrorEntry = errors[code];
  stop(entry.exitCode ?? 1);
}

function ownFailure(error: unknown): LoopwayError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LoopwayError("E_PROCESS", { hop: "supervisor", reason, log: join(config.stateDir, "logs", "supervisor.log") });
}

function hangUp(): void {
  if (!config.detached) stop(exitCode);
}

function stop(code: number): void {
  if (isStopping) return;
  isStopping = true;
  endCompanion();
  const ended = supervision?.stop() ?? Promise.resolve();
  void ended.finally(() => {
    for (const step of undo.reverse()) step();
    process.exit(code);
  });
}
