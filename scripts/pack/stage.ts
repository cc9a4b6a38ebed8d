import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bundles.ts";
import { thirdPartyLicences } from "./third-party.ts";

const { version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string; license: string };

/** What every package of ours says of itself. `provenance`: npm publishes it only from a CI that signs where it was built. */
const manifest = {
  version,
  license,
  type: "module",
  engines: { node: ">=24" },
  publishConfig: { access: "public", provenance: true },
};

export interface Package {
  /** Where the tarball goes; the package is laid out in a folder beside it. */
  folder: string;
  name: string;
  /** Further fields of package.json. */
  fields: Readonly<Record<string, unknown>>;
  /** From the workspace, to paths of the package. */
  copies: Readonly<Record<string, string>>;
  /** Writes into the laid-out package what has to be built; resolves to the third-party files that went in. */
  build(stage: string): Promise<readonly string[]>;
}

/** Lays the package out and packs it; resolves to the tarball's path. */
export async function stagePackage({ folder, name, fields, copies, build }: Package): Promise<string> {
  const stage = join(folder, name.replace("@", "").replace("/", "-"));
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const [from, to] of Object.entries({ ...copies, LICENSE: "LICENSE" }))
    cpSync(join(root, from), join(stage, to), { recursive: true });
  const inputs = await build(stage);
  writeFileSync(join(stage, "THIRD-PARTY-LICENSES"), thirdPartyLicences(inputs));
  writeFileSync(join(stage, "package.json"), `${JSON.stringify({ name, ...manifest, ...fields }, null, 2)}\n`);
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: stage, encoding: "utf8" });
  const [{ filename } = { filename: "" }] = Object.values(JSON.parse(packed) as Record<string, { filename: string }>);
  return join(folder, filename);
}
