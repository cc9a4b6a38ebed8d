import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseManifests, readInput, readManifests } from "../src/manifests.ts";

const service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";

test("every document remembers the file and line it starts at", () => {
  const objects = parseManifests(`# two\n${service}---\n${service.replace("web", "shop")}`, "k8s.yaml");
  expect(objects.map(({ metadata }) => [metadata.name, metadata.annotations?.["loopway.dev/source"]])).toEqual([
    ["web", "k8s.yaml:2"],
    ["shop", "k8s.yaml:7"],
  ]);
});

test("a List is opened, an empty document is nothing", () => {
  const list =
    "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}}\n- {apiVersion: v1, kind: Service, metadata: {name: b}}\n---\n";
  expect(parseManifests(list, "list.yaml").map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
});

test.each([
  ["a tab as indentation", "kind: Service\n\tmetadata: {}", "E_YAML", /^bad\.yaml:2: not valid YAML/],
  ["a key written twice", "kind: A\nkind: B", "E_YAML", /bad\.yaml:2: not valid YAML: Map keys must be unique/],
  ["no kind", "apiVersion: v1\nmetadata: {name: x}", "E_MANIFEST", /bad\.yaml:1: kind is missing/],
  ["no name", "apiVersion: v1\nkind: Service\nmetadata: {}", "E_MANIFEST", /bad\.yaml:1: Service: metadata\.name is missing/],
  ["a list at the top", "- 1", "E_MANIFEST", /bad\.yaml:1: the document is not a mapping/],
])("%s is an error with file and line", (_name, text, code, message) => {
  expect(() => parseManifests(text, "bad.yaml")).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});

test("a folder is read in the order of its names, other files are left alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-manifests-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "b.yaml"), service.replace("web", "b"));
  writeFileSync(join(folder, "a.yml"), service.replace("web", "a"));
  writeFileSync(join(folder, "notes.txt"), "not: [yaml");
  expect(readManifests([folder]).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
});

test("a path that is not there says so", () => {
  expect(() => readManifests(["/no/such/folder"])).toThrow(
    expect.objectContaining({ code: "E_FILE", message: "cannot read /no/such/folder: no such file or folder" }),
  );
});

test.each([
  ["CRLF line ends", service.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${service}`],
  ["comments and empty documents around it", `---\n# nothing\n---\n${service}---\n`],
  ["a Helm header", `---\n# Source: chart/templates/web.yaml\n${service}`],
])("%s change nothing", (_name, text) => {
  expect(parseManifests(text, "a.yaml").map(({ kind, metadata }) => [kind, metadata.name])).toEqual([["Service", "web"]]);
});

test("anchors, merges and aliases are what they stand for", () => {
  const text = "apiVersion: v1\nkind: Service\nmetadata: &m { name: web }\nspec: { selector: *m }\n";
  expect(parseManifests(text, "a.yaml")).toMatchObject([{ spec: { selector: { name: "web" } } }]);
});

test("an item of a list remembers its own line", () => {
  const list =
    "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: a }\n  - apiVersion: v1\n    kind: Service\n    metadata: { name: b }\n";
  expect(parseManifests(list, "list.yaml").map(({ metadata }) => metadata.annotations?.["loopway.dev/source"])).toEqual([
    "list.yaml:4",
    "list.yaml:7",
  ]);
});

test("input that is only looked at is read as far as it can be, and the rest is told by file and line", () => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-input-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "a.yaml"), `${service}---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n`);
  writeFileSync(join(folder, "template.yaml"), "metadata:\n  name: {{ .Values.name }}-x\n");
  writeFileSync(join(folder, "values.yaml"), "replicas: 3\n");
  const { objects, problems } = readInput([folder]);
  expect(objects.map(({ kind }) => kind)).toEqual(["Service", "Kustomization"]);
  expect(problems).toMatchObject([
    { code: "E_YAML", severity: "error", source: join(folder, "template.yaml:2") },
    { code: "E_MANIFEST", severity: "warning", source: join(folder, "values.yaml:1") },
  ]);
});

test("a pattern names files, in the order of their names", () => {
  const folder = mkdtempSync(join(tmpdir(), "loopway-glob-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["b", "a"]) writeFileSync(join(folder, `${name}.yaml`), service.replace("web", name));
  writeFileSync(join(folder, "notes.txt"), "");
  expect(readManifests([join(folder, "*")]).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  expect(() => readManifests([join(folder, "*.json")])).toThrow(expect.objectContaining({ code: "E_FILE" }));
});
