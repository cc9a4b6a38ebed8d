import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../bundles.ts";
import { writeDeclarations } from "./declarations.ts";
import { stagePackage } from "./stage.ts";

const room = "packages/core/analysis";
const entries = ["index", "vitest"];

/** The library: one ES module for each entry over shared chunks (the engine of regular expressions is one, loaded when asked for), types and schemas. Resolves to the tarball's path. */
export function packAnalysis(folder: string): Promise<string> {
  const schemas = readdirSync(join(root, room)).filter((name) => name.endsWith(".schema.json"));
  const entry = (name: string) => ({ types: `./types/analysis/src/${name}.d.ts`, default: `./dist/${name}.js` });
  return stagePackage({
    folder,
    name: "@loopway/analysis",
    fields: {
      description: "answers about Kubernetes manifests behind AWS load balancers, without a cluster: explain, lint, diff, check, replay",
      keywords: ["kubernetes", "ingress", "aws-load-balancer-controller", "alb", "lint", "diff", "vitest"],
      sideEffects: false,
      exports: { ".": entry("index"), "./vitest": entry("vitest"), "./*.schema.json": "./*.schema.json" },
    },
    copies: { [`${room}/README.md`]: "README.md", ...Object.fromEntries(schemas.map((name) => [`${room}/${name}`, name])) },
    build: async (stage) => {
      writeDeclarations(
        entries.map((name) => `${room}/src/${name}.ts`),
        join(stage, "types"),
      );
      const { metafile } = await build({
        entryPoints: entries.map((name) => join(root, room, "src", `${name}.ts`)),
        outdir: join(stage, "dist"),
        bundle: true,
        splitting: true,
        format: "esm",
        platform: "neutral",
        mainFields: ["module", "main"],
        target: "node24",
        minifySyntax: true,
        metafile: true,
        logLevel: "warning",
      });
      return Object.keys(metafile.inputs);
    },
  });
}
