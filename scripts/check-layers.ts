// Floors and rooms: a package imports only what stands above it. pnpm's isolated node_modules already refuses undeclared imports;
// this refuses declared ones that go up, undeclared ones that leak from the root, relative ones that leave the package, and clocks in core.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { root } from "./bundles.ts";

/** The house, from the foundation up. Within core and runtime the order counts; rooms on one line of `peers` never import each other. */
const floors: ReadonlyArray<{ floor: string; rooms: readonly string[]; peers: boolean }> = [
  { floor: "core", rooms: ["model", "kube", "http", "dns", "routing", "balancing", "controllers", "analysis"], peers: false },
  { floor: "runtime", rooms: ["hop-kit", "l7-proxy", "l4-relay", "health-check", "dns-server", "dns-client"], peers: false },
  {
    floor: "hops",
    rooms: ["client", "route53", "cloudfront", "api-gateway", "nlb", "alb", "kube-proxy", "coredns", "ingress-nginx", "pod", "edge"],
    peers: true,
  },
  { floor: "region", rooms: ["control-plane", "supervisor", "aws-api", "collector"], peers: true },
  { floor: "tools", rooms: ["cli", "dashboard", "simulator"], peers: true },
  { floor: "dev", rooms: ["testkit", "reference-hops", "scenarios"], peers: false },
];
const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\b|\bsetTimeout\b|\bsetInterval\b|\bprocess\./;

interface Place {
  floor: number;
  room: number;
  peers: boolean;
}

function placeOf(folder: string): Place | undefined {
  const [floorName, roomName] = folder.split("/");
  const floor = floors.findIndex((candidate) => candidate.floor === floorName);
  const room = floors[floor]?.rooms.indexOf(roomName ?? "") ?? -1;
  return floor < 0 || room < 0 ? undefined : { floor, room, peers: floors[floor]?.peers === true };
}

function mayImport(from: Place, to: Place): boolean {
  if (to.floor !== from.floor) return to.floor < from.floor;
  return !from.peers && to.room < from.room;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function problemsOfFile(file: string, folder: string, declared: ReadonlySet<string>, rootTools: ReadonlySet<string>): string[] {
  const text = readFileSync(file, "utf8");
  const name = relative(root, file);
  const problems: string[] = [];
  const inTests = name.includes("/test/");
  for (const match of text.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/gm)) {
    const specifier = match[1] ?? match[2] ?? "";
    if (specifier.startsWith("node:")) continue;
    if (specifier.startsWith(".")) {
      if (!resolve(dirname(file), specifier).startsWith(`${folder}/`)) problems.push(`${name}: ${specifier} leaves the package`);
      continue;
    }
    const packageName = specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
    // What a package lends to tests only has a path of its own (@loopway/hop-kit/local-hop).
    if (!inTests && packageName.startsWith("@loopway/") && specifier !== packageName)
      problems.push(`${name}: ${specifier} is for tests only`);
    if (!declared.has(packageName) && !(inTests && rootTools.has(packageName)))
      problems.push(`${name}: ${packageName} is not declared in its package.json`);
  }
  const inCore = name.startsWith("packages/core/") && !inTests;
  if (inCore) {
    for (const [index, line] of text.split("\n").entries()) {
      const code = line.replace(/^\s*(\*|\/\/|\/\*).*/, "").replace(/"[^"]*"|`[^`]*`/g, "");
      if (impure.test(code)) problems.push(`${name}:${index + 1}: core takes time and randomness as arguments: ${line.trim()}`);
    }
  }
  const lines = text.split("\n").length;
  if (lines > 500 && !name.includes("/generated/")) problems.push(`${name}: ${lines} lines; 500 is a defect`);
  return problems;
}

export async function checkLayers(): Promise<number> {
  const problems: string[] = [];
  const manifest = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const rootManifest = manifest(root);
  const rootTools = new Set(["vitest", "fast-check", "esbuild"]);
  const folderOf = new Map<string, string>();
  for (const { floor } of floors) {
    for (const room of readdirSync(join(root, "packages", floor)))
      folderOf.set(manifest(join(root, "packages", floor, room)).name, `${floor}/${room}`);
  }
  for (const name of Object.keys({ ...rootManifest.dependencies, ...rootManifest.devDependencies })) {
    if (folderOf.has(name)) problems.push(`package.json: ${name} at the root would leak into every package`);
  }
  for (const [name, folder] of folderOf) {
    const place = placeOf(folder);
    if (place === undefined) {
      problems.push(`packages/${folder}: no such room in the house (scripts/check-layers.ts)`);
      continue;
    }
    const path = join(root, "packages", folder);
    const { dependencies = {}, devDependencies = {} } = manifest(path);
    for (const dependency of Object.keys({ ...dependencies, ...devDependencies })) {
      const target = folderOf.get(dependency);
      if (target === undefined || (dependency === "@loopway/testkit" && dependency in devDependencies)) continue;
      const targetPlace = placeOf(target);
      if (targetPlace !== undefined && !mayImport(place, targetPlace))
        problems.push(`packages/${folder}: ${name} may not import ${dependency}, which stands above it`);
    }
    const declared = new Set([name, ...Object.keys(dependencies), ...Object.keys(devDependencies)]);
    for (const file of filesUnder(path)) problems.push(...problemsOfFile(file, path, declared, rootTools));
  }
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exit(await checkLayers());
