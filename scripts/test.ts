// `npm test`: checks, then every test. Arguments go to vitest (`npm test -- packages/core/dns`).
import { bundle } from "./bundle.ts";
import { check } from "./check.ts";
import { run } from "./run.ts";

const args = process.argv.slice(2);
const code = args.length > 0 ? 0 : await check();
if (code !== 0) process.exit(code);
await bundle();
process.exit(await run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--config", "scripts/vitest.config.ts", ...args]));
