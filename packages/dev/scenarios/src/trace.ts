import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { TraceNode } from "@loopway/model";
import type { World } from "./world.ts";

/** `loopway trace URL --json ...ARGS` */
export async function traceOf(world: World, url: string, args: readonly string[] = []): Promise<TraceNode> {
  const { code, stdout, stderr } = await world.loopway(["trace", url, "--json", ...args]);
  if (code !== 0) throw new Error(`loopway trace ${url}: exit ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { trace: TraceNode }).trace;
}

/** The last `limit` traces the collector has, whoever sent the requests. */
export function latestTraces(world: World, limit: number): Promise<TraceNode[]> {
  const { runDir } = JSON.parse(readFileSync(join(world.stateDir, "loopway.json"), "utf8")) as { runDir: string };
  return new Promise((resolve, reject) => {
    get({ socketPath: join(runDir, "collector-http.sock"), path: `/traces?limit=${limit}`, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve((JSON.parse(text) as { traces: TraceNode[] }).traces));
    }).on("error", reject);
  });
}

/** The kinds of hop, depth first: the path of the request as a list. */
export function hopsOf({ span, children }: TraceNode): string[] {
  return [span.hop, ...children.flatMap(hopsOf)];
}
