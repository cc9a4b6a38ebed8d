/** One folder of other people's cases: manifests or model-level input, what is expected of it, and the settings assumed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { KubeObject } from "@loopway/model";
import { parseAllDocuments } from "yaml";

export interface Case {
  name: string;
  scope: string;
  settings: Readonly<Record<string, unknown>>;
  notes: readonly string[];
  objects: KubeObject[];
  input: Readonly<Record<string, unknown>>;
  expected: { model: unknown } | { error: string };
}

export function readCases(folder: string): Case[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => readCase(join(folder, name))).sort((left, right) => (left.name < right.name ? -1 : 1));
}

function readCase(folder: string): Case {
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : undefined);
  const notes = (read("note.txt") ?? "").split("\n");
  const error = read("expect-error.txt");
  const documents = parseAllDocuments(read("input.yaml") ?? "");
  return {
    name: basename(folder),
    scope: notes.find((line) => line.startsWith("scope: "))?.slice("scope: ".length) ?? "",
    notes,
    settings: Object.fromEntries(notes.flatMap(readSetting)),
    objects: "empty" in documents ? [] : documents.map((document) => document.toJS() as KubeObject).filter((object) => object !== null),
    input: JSON.parse(read("input.json") ?? "{}"),
    expected: error === undefined ? { model: JSON.parse(read("expect.json") ?? "null") } : { error: error.trim() },
  };
}

/** `setting: name = <JSON>`; what is no JSON stays as it is. */
function readSetting(line: string): [string, unknown][] {
  const [, name, value] = /^setting: (\w+) = (.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, readValue(value)]];
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
