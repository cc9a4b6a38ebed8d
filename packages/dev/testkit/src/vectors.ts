import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const workspace = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");

/** The folder of other people's test cases (`LOOPWAY_VECTORS`, default ../shared/vectors beside the workspace), or undefined, said loudly. */
export function vectorsFolder(name: string): string | undefined {
  const folder = join(resolve(workspace, process.env.LOOPWAY_VECTORS ?? "../shared/vectors"), name);
  if (existsSync(folder)) return folder;
  console.warn(`SKIPPED: no test vectors at ${folder} (LOOPWAY_VECTORS); their tests did not run`);
  return undefined;
}
