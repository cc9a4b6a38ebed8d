import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What decides which way of resolving works on this machine. */
export interface Machine {
  platform: NodeJS.Platform;
  /** Linux inside Windows, which forwards 127.0.0.1 to it. */
  isWsl: boolean;
  /** User, mount and network namespaces without root. */
  canUnshare: boolean;
  /** The browser's command; undefined: none of Chromium's kind is installed. */
  browser: string | undefined;
  hasCurl: boolean;
}

const browsers = ["chromium", "chromium-browser", "google-chrome", "brave-browser", "microsoft-edge"];

export function readMachine(): Machine {
  return {
    platform: process.platform,
    isWsl: process.platform === "linux" && /microsoft/i.test(readFileSync("/proc/version", "utf8")),
    canUnshare: process.platform === "linux" && canUnshare(),
    browser: browsers.find(isInstalled),
    hasCurl: isInstalled("curl"),
  };
}

export function isInstalled(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Some distributions restrict it: only trying tells. */
function canUnshare(): boolean {
  try {
    execFileSync("unshare", ["-Urn", "--mount", "sh", "-c", "mount --bind /etc/hosts /etc/resolv.conf && ip link set lo up"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}
