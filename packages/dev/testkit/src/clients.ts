import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Real programs that tests drive. Where one is missing its tests are skipped, loudly; under LOOPWAY_REQUIRE_CLIENTS=1 they fail. */
export type Client = "kubectl" | "dig" | "curl" | "autocannon" | "unshare" | "setpriv" | "chromium";

/** What else a client's command is called; the first found is taken. */
const aliases: Readonly<Partial<Record<Client, readonly string[]>>> = { chromium: ["chromium-browser", "google-chrome"] };

export function findClient(client: Client): string | undefined {
  const override = process.env[`LOOPWAY_${client.toUpperCase()}`];
  if (override !== undefined && override !== "") return override;
  return [client, ...(aliases[client] ?? [])].map(findOnPath).find((path) => path !== undefined);
}

function findOnPath(command: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

/** For `describe.skipIf(missing("dig"))`: true when the tests must be skipped. Throws instead when clients are required. */
export function missing(client: Client): boolean {
  if (findClient(client) !== undefined) return false;
  if (process.env.LOOPWAY_REQUIRE_CLIENTS === "1") throw new Error(`${client} is not installed and LOOPWAY_REQUIRE_CLIENTS=1`);
  console.warn(`SKIPPED: ${client} is not installed; its tests did not run`);
  return true;
}
