import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ApiClient, createApiClient } from "@loopway/hop-kit";
import type { World } from "./world.ts";

/** The API of a world over its unix socket. Close it. */
export function openApi(world: World): ApiClient {
  const { runDir } = JSON.parse(readFileSync(join(world.stateDir, "loopway.json"), "utf8")) as { runDir: string };
  return createApiClient({ server: `unix:${join(runDir, "api.sock")}` });
}
