// `npm run soak -- MINUTES [--seed N]`: bundles when sources changed, then the soak.
import { bundle } from "./bundle.ts";
import { run } from "./run.ts";

await bundle();
process.exit(await run(process.execPath, ["packages/dev/scenarios/src/soak/main.ts", ...process.argv.slice(2)]));
