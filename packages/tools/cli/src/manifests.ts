import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type KubeObject, LoopwayError, SOURCE_ANNOTATION } from "@loopway/model";
import { type Document, isMap, isScalar, LineCounter, parseAllDocuments } from "yaml";

/** Larger files are not manifests. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const manifestFile = /\.(ya?ml|json)$/i;

/** The objects of files and folders (recursively, in name order) or of standard input ("-"). Each carries its file:line. Throws E_FILE, E_YAML, E_MANIFEST. */
export function readManifests(paths: readonly string[]): KubeObject[] {
  return paths.flatMap((path) => filesOf(path).flatMap((file) => parseManifests(readText(file), file)));
}

/** The text of each file, in the order of readManifests. Throws E_FILE. */
export function readTexts(paths: readonly string[]): Map<string, string> {
  return new Map(paths.flatMap(filesOf).map((file) => [file, readText(file)]));
}

function filesOf(path: string): string[] {
  if (path === "-") return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => manifestFile.test(name));
    if (files.length === 0) throw new LoopwayError("E_FILE", { path, reason: "no .yaml, .yml or .json file in this folder" });
    return files.sort().map((name) => join(path, name));
  } catch (error) {
    if (error instanceof LoopwayError) throw error;
    throw new LoopwayError("E_FILE", { path, reason: reasonOf(error) }, { cause: error });
  }
}

export function readText(path: string): string {
  try {
    const bytes = readFileSync(path === "-" ? 0 : path);
    if (bytes.length > MAX_FILE_BYTES) throw new LoopwayError("E_FILE", { path, reason: `larger than ${MAX_FILE_BYTES} bytes` });
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof LoopwayError) throw error;
    throw new LoopwayError("E_FILE", { path, reason: reasonOf(error) }, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === "ENOENT") return "no such file or folder";
  if (code === "EACCES") return "permission denied";
  return code ?? String(error);
}

/** All documents of one file; a `List` is opened. Empty documents are skipped. */
export function parseManifests(text: string, file: string): KubeObject[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document: Document.Parsed) => {
    const [error] = document.errors;
    if (error !== undefined) {
      throw new LoopwayError("E_YAML", {
        path: file,
        line: lineCounter.linePos(error.pos[0]).line,
        reason: error.message.split("\n")[0] ?? error.code,
      });
    }
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return [];
    const line = lineCounter.linePos(document.contents.range?.[0] ?? 0).line;
    if (!isMap(document.contents)) throw new LoopwayError("E_MANIFEST", { path: file, line, reason: "the document is not a mapping" });
    return openList(document.toJS({ maxAliasCount: 100 }) as KubeObject).map((object) => checked(object, file, line));
  });
}

function openList(object: KubeObject): KubeObject[] {
  const { items } = object as { items?: KubeObject[] };
  return object.kind?.endsWith("List") === true && Array.isArray(items) ? items : [object];
}

function checked(object: KubeObject, file: string, line: number): KubeObject {
  for (const field of ["apiVersion", "kind"] as const) {
    if (typeof object?.[field] !== "string" || object[field] === "")
      throw new LoopwayError("E_MANIFEST", { path: file, line, reason: `${field} is missing` });
  }
  if (typeof object.metadata?.name !== "string")
    throw new LoopwayError("E_MANIFEST", { path: file, line, reason: `${object.kind}: metadata.name is missing` });
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [SOURCE_ANNOTATION]: `${file}:${line}` } },
  };
}
