import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type KubeObject, LoopwayError } from "@loopway/model";
import { isServed, withNamespace } from "./apply-objects.ts";
import { readManifests } from "./manifests.ts";
import { bundlesFolder } from "./run-file.ts";
import { readZones } from "./zones.ts";

/** Paths given with -f and --zone; the example's where there are no manifests. */
export interface DesiredFiles {
  manifests: readonly string[];
  zones: readonly string[];
}

/** The objects to apply, each with its namespace, and those of kinds that the API does not serve. Throws E_FILE, E_YAML, E_MANIFEST, E_ZONE_FILE. */
export function readDesiredObjects(files: DesiredFiles): { objects: KubeObject[]; ignored: KubeObject[] } {
  const { manifests, zones } = withExample(files);
  const { served = [], ignored = [] } = Object.groupBy(readManifests(manifests), (object) => (isServed(object) ? "served" : "ignored"));
  return { objects: [...readZones(zones), ...served].map(withNamespace), ignored };
}

/** The paths that are really read. */
export function withExample({ manifests, zones }: DesiredFiles): DesiredFiles {
  if (manifests.length > 0) return { manifests, zones };
  return { manifests: [exampleFolder("seeds")], zones: zones.length > 0 ? zones : [exampleFolder("zones")] };
}

function exampleFolder(name: string): string {
  const folder = join(dirname(bundlesFolder()), "fixtures", name);
  if (!existsSync(folder)) throw new LoopwayError("E_FILE", { path: folder, reason: "the example is missing; give manifests with -f" });
  return folder;
}
