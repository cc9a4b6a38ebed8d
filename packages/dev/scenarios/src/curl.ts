import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Real curl: status, headers of the answer, body. */
export async function curl(args: readonly string[]): Promise<{ status: number; body: string }> {
  const { stdout } = await run("curl", ["-s", "-m", "10", "-w", "\n%{http_code}", ...args]);
  const lines = stdout.split("\n");
  const status = Number(lines.pop());
  return { status, body: lines.join("\n") };
}
