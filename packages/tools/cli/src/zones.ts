import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildZoneObjects, parseZone } from "@loopway/dns";
import { type KubeObject, LoopwayError } from "@loopway/model";
import { readText } from "./manifests.ts";

/** Zone files, and the *.zone files of folders, as HostedZone and RecordSet objects. Throws E_FILE, E_ZONE_FILE. */
export function readZones(paths: readonly string[]): KubeObject[] {
  return paths.flatMap(zoneFiles).flatMap((path) => {
    const { zone, problems } = parseZone(readText(path), path);
    const [problem] = problems.filter(({ severity }) => severity === "error");
    if (problem !== undefined) {
      const [, line = "1"] = /:(\d+)$/.exec(problem.source ?? "") ?? [];
      throw new LoopwayError("E_ZONE_FILE", { path, line, reason: problem.message });
    }
    return buildZoneObjects(zone);
  });
}

function zoneFiles(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const files = readdirSync(path).filter((name) => name.endsWith(".zone"));
  if (files.length === 0) throw new LoopwayError("E_FILE", { path, reason: "no .zone file in this folder" });
  return files.sort().map((name) => join(path, name));
}
