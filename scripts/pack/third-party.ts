import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bundles.ts";

/** The licences of the packages whose files were bundled (their authors ask that the text goes along). Throws where one has none. */
export function thirdPartyLicences(bundledFiles: readonly string[]): string {
  const folders = new Set(bundledFiles.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []));
  const sections = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Record<string, string>;
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined && license === undefined) throw new Error(`${name} ${version} is bundled and says nothing of its licence`);
    const text =
      file === undefined ? `No licence file; package.json says: ${license}` : readFileSync(join(root, folder, file), "utf8").trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return [...new Set(sections)].sort().join(`\n${"-".repeat(80)}\n\n`);
}
