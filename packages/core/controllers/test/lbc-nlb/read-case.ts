/** Cases of the Load Balancer Controller's own tests, one folder each: input.yaml, expect.json or expect-error.txt, note.txt. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "@loopway/model";
import { parseAllDocuments } from "yaml";

export interface VectorCase {
  name: string;
  scope: string;
  /** By name; what is no JSON stays a text. */
  settings: ReadonlyMap<string, unknown>;
  objects: KubeObject[];
  /** Undefined where any error is right. */
  expected: unknown;
}

/** Those whose folder name matches. */
export function readCases(folder: string, named: RegExp): VectorCase[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && named.test(entry.name));
  return names.map((entry) => readCase(folder, entry.name));
}

function readCase(folder: string, name: string): VectorCase {
  const at = (file: string) => join(folder, name, file);
  const note = readFileSync(at("note.txt"), "utf8").split("\n");
  const settings = note.flatMap((line) => {
    const match = /^setting: (\w+) = (.*)$/.exec(line);
    return match === null ? [] : [[match[1] ?? "", JSON.parse(match[2] ?? "null")] as const];
  });
  return {
    name,
    scope: note.find((line) => line.startsWith("scope: "))?.slice("scope: ".length) ?? "",
    settings: new Map(settings),
    objects: parseAllDocuments(readFileSync(at("input.yaml"), "utf8")).map((document) => document.toJS() as KubeObject),
    expected: existsSync(at("expect.json")) ? JSON.parse(readFileSync(at("expect.json"), "utf8")) : undefined,
  };
}
