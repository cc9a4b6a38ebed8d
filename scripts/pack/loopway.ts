import { join } from "node:path";
import { build } from "esbuild";
import { bundleOptions } from "../bundle.ts";
import { stagePackage } from "./stage.ts";

/** The command with all its processes, the example and the pages that its help names. Resolves to the tarball's path. */
export function packLoopway(folder: string): Promise<string> {
  return stagePackage({
    folder,
    name: "loopway",
    fields: {
      description: "the whole AWS + Kubernetes traffic path on one laptop: manifests in, a real process for every hop",
      keywords: ["kubernetes", "ingress", "aws-load-balancer-controller", "alb", "route53", "local-development"],
      bin: { loopway: "dist/loopway.cjs" },
    },
    copies: {
      "README.md": "README.md",
      "CHANGELOG.md": "CHANGELOG.md",
      docs: "docs",
      "fixtures/seeds": "fixtures/seeds",
      "fixtures/zones": "fixtures/zones",
    },
    build: async (stage) => {
      const { metafile } = await build({ ...bundleOptions, outdir: join(stage, "dist"), metafile: true });
      return Object.keys(metafile.inputs);
    },
  });
}
