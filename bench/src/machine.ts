import { cpus, loadavg, release, totalmem } from "node:os";

/** What the figures were measured on, in one line. The load average tells whether it was busy with something else. */
export function describeMachine(): string {
  const processors = cpus();
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  const name = processors[0]?.model.trim() ?? "unknown processor";
  const load = loadavg()[0]?.toFixed(1);
  return `${processors.length} × ${name}, ${gibibytes} GiB, ${process.platform} ${release()}, node ${process.versions.node}, load ${load}`;
}
