import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { World } from "./world.ts";

/** What one of a world's processes answers over its unix socket. */
export function readSocket(world: Pick<World, "stateDir">, name: string, path: string): Promise<string> {
  const { runDir } = JSON.parse(readFileSync(join(world.stateDir, "loopway.json"), "utf8")) as { runDir: string };
  return new Promise((resolve, reject) => {
    get({ socketPath: join(runDir, name), path, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text)).on("error", reject);
    }).on("error", reject);
  });
}
