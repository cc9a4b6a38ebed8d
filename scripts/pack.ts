// `npm run pack [FOLDER]`: two tarballs as npm would publish them, in packed/ or FOLDER. `loopway` is every process in bundles and the
// example; `@loopway/analysis` is the library with its types. Neither has a dependency or an install script.
import { join, resolve } from "node:path";
import { root } from "./bundles.ts";
import { packAnalysis } from "./pack/analysis.ts";
import { packLoopway } from "./pack/loopway.ts";

const folder = resolve(process.argv[2] ?? join(root, "packed"));
for (const pack of [packLoopway, packAnalysis]) console.log(await pack(folder));
