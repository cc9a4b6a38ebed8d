// Bundles every process into one CommonJS file under dist/ (60 ms to start; type stripping at run time would cost 450 ms).
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { bundles, root } from "./bundles.ts";

const dist = join(root, "dist");
/** Touched after a bundle that ended well; scripts/loopway compares sources with it. */
const stampFile = join(dist, ".bundled");

export const bundleOptions = {
  entryPoints: bundles.map(({ name, entry }) => ({ in: join(root, entry), out: name })),
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node24",
  minifySyntax: true,
  // A process keeps the text of its program; a quarter of it was indentation. Names stay, for stack traces.
  minifyWhitespace: true,
  lineLimit: 160,
  logLevel: "warning",
  define: { "import.meta.url": "undefined" },
} as const satisfies BuildOptions;

function newestSource(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === "test") continue;
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestSource(path) : statSync(path).mtimeMs);
  }
  return newest;
}

/** Writes dist/ when a source is newer than the last bundle. Returns whether it did. */
export async function bundle(): Promise<boolean> {
  const newest = Math.max(newestSource(join(root, "packages")), statSync(join(root, "scripts", "bundles.ts")).mtimeMs);
  if (existsSync(stampFile) && statSync(stampFile).mtimeMs >= newest) return false;
  mkdirSync(dist, { recursive: true });
  await build({ ...bundleOptions, outdir: dist, sourcemap: "linked" });
  writeFileSync(stampFile, `${Date.now()}\n`);
  return true;
}

if (import.meta.main) await bundle();
