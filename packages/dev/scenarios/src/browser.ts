import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findClient } from "@loopway/testkit";
import { chromium, type Page } from "playwright-core";

/** What a machine without a screen needs, and silence towards the browser's maker. Nothing here is about names, proxies or certificates. */
const flags = [
  "--headless",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
  // With a sandbox Chromium refuses to be root's.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** Writes a command `chromium` into the folder: this machine's with the flags above. It is for who has the folder first on PATH. */
export function writeBrowserCommand(folder: string): void {
  writeFileSync(join(folder, "chromium"), `#!/bin/sh\nexec "${findClient("chromium")}" ${flags.join(" ")} "$@"\n`, { mode: 0o755 });
}

export interface OpenBrowser {
  /** What the command line asked for. */
  page: Page;
  /** Resolves when every process has ended. */
  close(): Promise<void>;
}

/** Runs lines of a shell, the last of which starts a browser by writeBrowserCommand on a URL. Throws with what they said if they end before it listens. */
export async function openBrowser(lines: readonly string[]): Promise<OpenBrowser> {
  const shell = spawn("sh", ["-ec", lines.join("\n")], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const closed = new Promise<void>((resolve) => shell.on("close", () => resolve()));
  const kill = () => {
    if (shell.pid !== undefined && shell.exitCode === null && shell.signalCode === null) process.kill(-shell.pid, "SIGTERM");
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggingUrl(shell));
    const session = await browser.newBrowserCDPSession();
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.waitForEvent("page"));
    if (page === undefined) throw new Error("the browser has no window");
    return {
      page,
      close: async () => {
        // playwright's own close only leaves a browser that it did not start.
        await session.send("Browser.close").catch(kill);
        await closed;
      },
    };
  } catch (error) {
    kill();
    await closed;
    throw error;
  }
}

/** Browsers print it once they listen: "DevTools listening on ws://127.0.0.1:40123/devtools/browser/...". */
function debuggingUrl(shell: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    shell.on("error", reject).on("close", (code) => reject(new Error(`no browser (exit ${code}): ${text}`)));
    shell.stderr?.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const [, url] = /^DevTools listening on (ws:\S+)$/m.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}
