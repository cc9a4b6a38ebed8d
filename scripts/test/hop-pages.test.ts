// docs/hops: every row of a table with a column "test" names one, or says what is missing; every annotation that the controllers read has a row.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QUOTA_NAMES } from "../../packages/core/model/src/quotas.ts";
import { root } from "../bundles.ts";
import { isTestFile } from "./is-test-file.ts";

const pages = join(root, "docs", "hops");
const controllers = join(root, "packages", "core", "controllers", "src");

interface Row {
  /** Of the table that it stands in. */
  heads: readonly string[];
  cells: readonly string[];
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  let heads: string[] = [];
  let previous = "";
  for (const line of readFileSync(join(pages, page), "utf8").split("\n")) {
    if (line.startsWith("|---")) heads = cellsOf(previous);
    else if (!line.startsWith("|")) heads = [];
    else if (heads.length > 0) rows.push({ heads, cells: cellsOf(line) });
    previous = line;
  }
  return rows;
}

const cellOf = ({ heads, cells }: Row, head: string) => cells[heads.findIndex((one) => one.startsWith(head))];

describe.each(readdirSync(pages))("%s", (page) => {
  const rows = rowsOf(page);
  const text = readFileSync(join(pages, page), "utf8");
  const pathByName = new Map([...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name = "", path = ""]) => [name, join(pages, path)]));

  test("every row has the cells of its table", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ heads, cells }) => heads.length !== cells.length)).toEqual([]);
  });

  test("every row names its tests, or says that something is not emulated", () => {
    const tested = rows.filter(({ heads }) => heads.includes("test"));
    const named = (row: Row) => [...(cellOf(row, "test") ?? "").matchAll(/\[([^\]]+)\]/g)].map(([, name = ""]) => name);
    const silent = tested.filter((row) => named(row).length === 0 && !/not emulated/.test(row.cells.join(" ")));
    expect(silent.map(({ cells }) => cells[0])).toEqual([]);
    expect(tested.flatMap(named).filter((name) => !pathByName.has(name))).toEqual([]);
  });

  test("every test that it names exists, and every link is used", () => {
    expect([...pathByName].filter(([, path]) => !isTestFile(path))).toEqual([]);
    expect([...pathByName.keys()].filter((name) => text.split(`[${name}]`).length < 3)).toEqual([]);
  });
});

/** The names in the first cells of the rows whose first column is "annotation". */
function annotationsOf(page: string): string[] {
  return rowsOf(page)
    .filter(({ heads }) => heads[0] === "annotation")
    .map(({ cells }) => cells[0]?.replaceAll("`", "") ?? "");
}

/** What the source of a controller calls annotations: the text of its files, joined. */
function sourceOf(folder: string): string {
  const files = readdirSync(join(controllers, folder)).map((file) => join(controllers, folder, file));
  return files.map((file) => readFileSync(file, "utf8")).join("\n");
}

/** A name that ends in a dot or a dash stands for a family: one of it is enough. */
const withoutRow = (names: readonly string[], rows: readonly string[]) =>
  names.filter((name) => !rows.some((row) => (/[.-]$/.test(name) ? row.startsWith(name) : row === name)));

const texts = (source: string, pattern: RegExp) => [...new Set([...source.matchAll(pattern)].map(([, found = ""]) => found))];

test("every annotation of an Ingress that the controller reads has a row", () => {
  const source = sourceOf("load-balancer");
  const lists = texts(source, /const (?:(?:READ|MODELLED)(?:_FAMILIES)?|readOfServices)(?:: [^=]+)? = ((?:new Set\()?\[[^\]]*\])/g).join();
  const listed = texts(lists, /"([^"]+)"/g);
  const read = texts(source, /\bread(?:Text|List|Boolean|Integer|Map)\(\s*[`"]([^`"$]+)/g);
  const rows = annotationsOf("alb.md");
  expect(listed.length).toBeGreaterThan(45);
  expect(read.length).toBeGreaterThan(20);
  expect(withoutRow([...listed, ...read], rows)).toEqual([]);
});

test("every quota that can be set has a row", () => {
  const rows = rowsOf("alb.md").filter(({ heads }) => heads[0] === "quota");
  const names = rows.map(({ cells }) => cells[0]?.replaceAll("`", ""));
  expect(Object.keys(QUOTA_NAMES).filter((name) => !names.includes(name))).toEqual([]);
});
