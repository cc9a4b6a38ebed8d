// One tsc per program. Core is compiled without Node's types, so that a socket, a file or a timer in it does not compile.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundles.ts";
import { run } from "./run.ts";

/** Core packages that may see `Buffer` (an ambient declaration of their own) and nothing else of Node. */
const bufferPackages = ["http", "dns"];
const programsFolder = join(root, "node_modules", ".loopway-programs");

interface Program {
  name: string;
  lib?: string[];
  types: string[];
  include: string[];
}

function programs(): Program[] {
  const packages = join(root, "packages");
  const coreNames = readdirSync(join(packages, "core"));
  const sources = (names: string[]) => names.map((name) => `packages/core/${name}/src`).filter((path) => existsSync(join(root, path)));
  return [
    { name: "core", types: [], include: sources(coreNames.filter((name) => !bufferPackages.includes(name) && name !== "controllers")) },
    ...bufferPackages.map((name) => ({ name, types: [], include: sources([name]) })),
    { name: "controllers", types: [], include: sources(["controllers"]) },
    {
      name: "node",
      types: ["node"],
      include: [
        "packages/{runtime,hops,tools}/*/src",
        "packages/region/{supervisor,collector}/src",
        "packages/dev/{testkit,reference-hops}/src",
        "packages/{core,runtime,hops,tools}/*/test",
        "packages/region/{supervisor,collector}/test",
        "packages/dev/{testkit,reference-hops}/test",
        "bench/src",
        "scripts",
      ],
    },
    // Types that name the browser's: the certificate library's (WebCrypto), playwright's (HTMLElement).
    { name: "control-plane", types: ["node"], lib: ["ES2024", "DOM"], include: ["packages/region/control-plane/{src,test}"] },
    { name: "scenarios", types: ["node"], lib: ["ES2024", "DOM"], include: ["packages/dev/scenarios/{src,test}"] },
  ];
}

/** Expands one level of `{a,b}` and `*`, as tsc's own globs know no braces. */
function expand(pattern: string): string[] {
  const brace = /\{([^}]*)\}/.exec(pattern);
  if (brace === null) return [join(root, pattern.endsWith(".d.ts") ? pattern : `${pattern}/**/*.ts`)];
  return (brace[1] ?? "").split(",").flatMap((part) => expand(pattern.replace(brace[0], part)));
}

export async function checkTypes(): Promise<number> {
  mkdirSync(programsFolder, { recursive: true });
  const codes = await Promise.all(
    programs().map(({ name, types, lib, include }) => {
      const file = join(programsFolder, `${name}.json`);
      const config = {
        extends: join(root, "tsconfig.base.json"),
        compilerOptions: { types, ...(lib === undefined ? {} : { lib }), typeRoots: [join(root, "node_modules/@types")] },
        include: include.flatMap(expand),
      };
      writeFileSync(file, JSON.stringify(config));
      return run("node_modules/.bin/tsc", ["--noEmit", "-p", file]);
    }),
  );
  return codes.find((code) => code !== 0) ?? 0;
}

if (import.meta.main) process.exit(await checkTypes());
