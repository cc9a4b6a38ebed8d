import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject } from "@loopway/kube";
import { type KubeObject, LoopwayError, type Problem, SOURCE_ANNOTATION } from "@loopway/model";
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";

/** Larger files are not manifests. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const manifestFile = /\.(ya?ml|json)$/i;

/** The objects of files and folders (recursively, in name order) or of standard input ("-"). Each carries its file:line. Throws E_FILE, E_YAML, E_MANIFEST. */
export function readManifests(paths: readonly string[]): KubeObject[] {
  return paths.flatMap((path) => filesOf(path).flatMap((file) => parseManifests(readText(file), file)));
}

export interface ManifestInput {
  objects: KubeObject[];
  /** What is no object, with file and line: bad YAML (an error), a document without kind, as Helm's values are (a warning). */
  problems: Problem[];
}

/** As readManifests, for commands that look at everything and apply nothing: what cannot be read is told, and the rest is looked at. Throws E_FILE. */
export function readInput(paths: readonly string[]): ManifestInput {
  const problems: Problem[] = [];
  const onFault = ({ code, message }: LoopwayError) =>
    problems.push({ code, message, severity: code === "E_YAML" ? "error" : "warning", source: message.split(": ", 1)[0] ?? "" });
  const objects = paths.flatMap((path) =>
    filesOf(path).flatMap((file) => parseManifests(readText(file), file, { onFault, takesUnnamed: true })),
  );
  return { objects, problems };
}

/** Also what the shell left of a pattern, quoted or without a match of its own: `'k8s/*.yaml'`. */
function filesOf(path: string): string[] {
  if (path === "-") return [path];
  try {
    if (/[*?[{]/.test(path) && !existsSync(path)) return globbed(path);
    if (!statSync(path).isDirectory()) return [path];
    const files = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => manifestFile.test(name));
    if (files.length === 0) throw new LoopwayError("E_FILE", { path, reason: "no .yaml, .yml or .json file in this folder" });
    return files.sort().map((name) => join(path, name));
  } catch (error) {
    if (error instanceof LoopwayError) throw error;
    throw new LoopwayError("E_FILE", { path, reason: reasonOf(error) }, { cause: error });
  }
}

function globbed(pattern: string): string[] {
  const files = globSync(pattern).filter((name) => manifestFile.test(name));
  if (files.length === 0) throw new LoopwayError("E_FILE", { path: pattern, reason: "no .yaml, .yml or .json file has such a name" });
  return files.sort();
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

interface ParseOptions {
  /** Called with what cannot be read; returns, and the document is left out, or throws. */
  onFault?: (fault: LoopwayError) => void;
  /** Whether somebody else looks for the name: kinds that nothing reads need none. */
  takesUnnamed?: boolean;
}

/** All documents of one file; a `List` is opened, its items at their own lines. Empty documents are skipped. */
export function parseManifests(text: string, file: string, { onFault = raise, takesUnnamed = false }: ParseOptions = {}): KubeObject[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true, logLevel: "error" });
  if (!Array.isArray(documents)) return [];
  const lineOf = (node: Node | null | undefined) => lineCounter.linePos(node?.range?.[0] ?? 0).line;
  return documents.flatMap((document: Document.Parsed) => {
    const { contents, errors } = document;
    const [error] = errors;
    const fail = (code: "E_YAML" | "E_MANIFEST", line: number, reason: string) => {
      onFault(new LoopwayError(code, { path: file, line, reason }));
      return [];
    };
    if (error !== undefined) return fail("E_YAML", lineCounter.linePos(error.pos[0]).line, error.message.split("\n")[0] ?? error.code);
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    if (!isMap(contents)) return fail("E_MANIFEST", lineOf(contents), "the document is not a mapping");
    let object: KubeObject;
    try {
      object = document.toJS({ maxAliasCount: 100 }) as KubeObject;
    } catch (cause) {
      return fail("E_YAML", lineOf(contents), cause instanceof Error ? cause.message : String(cause));
    }
    const items = contents.get("items");
    const lineOfItem = (index: number) => (isSeq(items) ? lineOf(items.items[index] as Node) : lineOf(contents));
    return openList(object).flatMap((opened, index) => {
      const line = opened === object ? lineOf(contents) : lineOfItem(index);
      const reason = incompleteness(opened, takesUnnamed);
      return reason === undefined ? withSource(opened, `${file}:${line}`) : fail("E_MANIFEST", line, reason);
    });
  });
}

function raise(fault: LoopwayError): never {
  throw fault;
}

function openList(object: KubeObject): KubeObject[] {
  const { items } = object as { items?: KubeObject[] };
  return typeof object.kind === "string" && object.kind.endsWith("List") && Array.isArray(items) ? items : [object];
}

/** What an object must have to be looked up at all; undefined when it has. */
function incompleteness(object: KubeObject, takesUnnamed: boolean): string | undefined {
  for (const field of ["apiVersion", "kind"] as const) {
    if (typeof object?.[field] !== "string" || object[field] === "") return `${field} is missing`;
  }
  return takesUnnamed || typeof object.metadata?.name === "string" ? undefined : `${object.kind}: metadata.name is missing`;
}

function withSource(object: KubeObject, source: string): KubeObject {
  const metadata: unknown = object.metadata ?? {};
  const annotations: unknown = isJsonObject(metadata) ? (metadata.annotations ?? {}) : undefined;
  // A wrong type stays as it is: whoever takes the object says so.
  if (!isJsonObject(metadata) || !isJsonObject(annotations)) return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [SOURCE_ANNOTATION]: source } as Record<string, string> },
  };
}
