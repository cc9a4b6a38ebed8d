import type { TraceNode } from "@loopway/model";
import { readSocket } from "./read-socket.ts";
import type { World } from "./world.ts";

/** `loopway trace URL --json ...ARGS` */
export async function traceOf(world: World, url: string, args: readonly string[] = []): Promise<TraceNode> {
  const { code, stdout, stderr } = await world.loopway(["trace", url, "--json", ...args]);
  if (code !== 0) throw new Error(`loopway trace ${url}: exit ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { trace: TraceNode }).trace;
}

/** The last `limit` traces the collector has, whoever sent the requests. */
export async function latestTraces(world: World, limit: number): Promise<TraceNode[]> {
  const text = await readSocket(world, "collector-http.sock", `/traces?limit=${limit}`);
  return (JSON.parse(text) as { traces: TraceNode[] }).traces;
}

/** The kinds of hop, depth first: the path of the request as a list. */
export function hopsOf({ span, children }: TraceNode): string[] {
  return [span.hop, ...children.flatMap(hopsOf)];
}
