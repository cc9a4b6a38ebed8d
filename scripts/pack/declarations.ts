// The type declarations that an entry reaches, through every room, with paths in place of the rooms' names: a reader has no workspace.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { root } from "../bundles.ts";

const core = join(root, "packages", "core");
const specifiers = /((?:\bfrom |\bimport\(|^import )")([^"]+)(")/gm;

/** @param entries files of core, relative to the workspace @param folder gets `ROOM/src/**.d.ts` */
export function writeDeclarations(entries: readonly string[], folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), "loopway-types-"));
  try {
    emit(entries, emitted);
    const waiting = entries.map((entry) => declarationOf(join(emitted, relative(core, join(root, entry)))));
    const written = new Set<string>();
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (written.has(file)) continue;
      written.add(file);
      const from = file;
      const text = readFileSync(from, "utf8").replace(specifiers, (_all, before: string, specifier: string, after: string) => {
        const target = targetOf(specifier, from, emitted);
        waiting.push(declarationOf(target));
        const path = relative(dirname(from), target).replace(/\.ts$/, ".js");
        return `${before}${path.startsWith(".") ? path : `./${path}`}${after}`;
      });
      const to = join(folder, relative(emitted, from));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, text);
    }
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

function emit(entries: readonly string[], outDir: string): void {
  const config = join(outDir, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: core,
    outDir,
    // As files of ours: what is found in node_modules is not emitted.
    paths: { "@loopway/*": [join(core, "*/src/index.ts")] },
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, files: entries.map((entry) => join(root, entry)) }),
  );
  execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", config], { stdio: "inherit" });
}

/** The source, as laid out below `emitted`, that a specifier in `from` names. */
function targetOf(specifier: string, from: string, emitted: string): string {
  const [, room] = /^@loopway\/([^/]+)$/.exec(specifier) ?? [];
  if (room !== undefined) return join(emitted, room, "src", "index.ts");
  if (specifier.startsWith(".")) return resolve(dirname(from), specifier);
  throw new Error(`${from} needs the types of ${specifier}, which the package does not bring`);
}

function declarationOf(source: string): string {
  return source.replace(/\.ts$/, ".d.ts");
}
