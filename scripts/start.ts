// `npm start`: bundles when sources changed, then `loopway up` on the example, in the foreground.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { root } from "./bundles.ts";

await bundle();
const child = spawn(join(root, "scripts", "loopway"), ["up", ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
