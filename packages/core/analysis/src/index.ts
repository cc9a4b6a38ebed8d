export { compareTables } from "./diff/compare-tables.ts";
