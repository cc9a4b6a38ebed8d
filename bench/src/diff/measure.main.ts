// One comparison, cold, as a command does it. Prints { ms, changes }. Arguments: name of the tables.
import { compareTables } from "@loopway/analysis";
import { buildTables } from "./tables.ts";

const name = process.argv[2] ?? "";
const tables = buildTables(name);
const startedAt = performance.now();
const { changes, unproven } = compareTables(tables);
const ms = performance.now() - startedAt;
// A comparison that gives up is quick.
if (unproven.length > 0) throw new Error(`${name}: ${unproven.length} regions are unproven`);
console.log(JSON.stringify({ ms, changes: changes.length }));
