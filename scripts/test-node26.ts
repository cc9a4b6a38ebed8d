// `npm run test:node26`: the tests once more under Node 26, fetched from npm for this run only.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { run } from "./run.ts";

const NODE_26 = `node-${process.platform}-${process.arch}@26.10.0`;
const found = spawnSync("npm", ["exec", "--yes", `--package=${NODE_26}`, "--", "node", "-p", "process.execPath"], { encoding: "utf8" });
const node = found.stdout.trim();
if (found.status !== 0 || node === "") {
  console.error(`cannot fetch ${NODE_26} from npm: ${found.stderr}`);
  process.exit(1);
}
console.log(`testing under ${node}`);
process.exit(
  await run(node, ["scripts/test.ts", ...process.argv.slice(2)], { LOOPWAY_NODE: node, PATH: `${dirname(node)}:${process.env.PATH}` }),
);
