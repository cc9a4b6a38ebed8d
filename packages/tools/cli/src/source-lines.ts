// Places in manifests: from an object and a pointer into it to the text that a person wrote.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type KubeObject, parsePointer, SOURCE_ANNOTATION } from "@loopway/model";
import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from "yaml";

/** A key or an item in a file. */
export interface TextPlace {
  file: string;
  line: number;
  /** The key where the last step names an entry of a map (its line is the one a person looks for), else the item. */
  node: Node;
  /** The value of the entry, or the item again. */
  value: Node | null;
}

interface ParsedFile {
  lineOf(node: Node): number | undefined;
  /** Documents, and the items of a `List`, by the line where they start. */
  rootByLine: ReadonlyMap<number | undefined, Node>;
}

/** The line of an RFC 6901 pointer inside the document, or the item of a `List`, that starts at `source` ("file:line"), or undefined when file or path are gone. */
export function lineOfPointer(source: string, pointer: string): string | undefined {
  return new SourceTexts().lineOf(source, pointer);
}

/** Files that objects came from; each is read and parsed once. */
export class SourceTexts {
  /** By file: what is known already, such as standard input. */
  readonly #texts: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, ParsedFile | undefined>();

  constructor(texts: ReadonlyMap<string, string> = new Map()) {
    this.#texts = texts;
  }

  findIn(object: KubeObject, pointer: string): TextPlace | undefined {
    const source = object.metadata.annotations?.[SOURCE_ANNOTATION];
    return source === undefined ? undefined : this.find(source, pointer);
  }

  lineOf(source: string, pointer: string): string | undefined {
    const place = this.find(source, pointer);
    return place === undefined ? undefined : `${place.file}:${place.line}`;
  }

  find(source: string, pointer: string): TextPlace | undefined {
    const colon = source.lastIndexOf(":");
    const file = source.slice(0, colon);
    const parsed = this.#parse(file);
    const root = parsed?.rootByLine.get(Number(source.slice(colon + 1)));
    const found = root === undefined ? undefined : nodeAt(root, pointer);
    const line = found === undefined ? undefined : parsed?.lineOf(found.node);
    return found === undefined || line === undefined ? undefined : { file, line, ...found };
  }

  #parse(file: string): ParsedFile | undefined {
    if (!this.#parsed.has(file)) this.#parsed.set(file, parseFile(this.#texts.get(file) ?? readIfThere(file)));
    return this.#parsed.get(file);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function parseFile(text: string | undefined): ParsedFile | undefined {
  if (text === undefined) return undefined;
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, keepSourceTokens: false });
  if (!Array.isArray(documents)) return undefined;
  const lineOf = (node: Node) => (node.range == null ? undefined : lineCounter.linePos(node.range[0]).line);
  const roots = documents.flatMap(({ contents }) => (contents === null ? [] : [contents, ...itemsOf(contents)]));
  // A list and its first item may begin in one line: the list is the document.
  return { lineOf, rootByLine: new Map(roots.toReversed().map((root) => [lineOf(root), root])) };
}

/** Of a `List`. */
function itemsOf(contents: Node): Node[] {
  const items = isMap(contents) ? contents.get("items") : undefined;
  return isSeq(items) ? (items.items as Node[]) : [];
}

export function nodeAt(root: Node, pointer: string): Pick<TextPlace, "node" | "value"> | undefined {
  let value: Node | null = root;
  let node: Node = root;
  for (const step of parsePointer(pointer)) {
    if (!isCollection(value)) return undefined;
    if (isMap(value)) {
      const pair: Pair | undefined = value.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return undefined;
      node = pair.key as Node;
      value = pair.value as Node | null;
    } else {
      const item = value.items[Number(step)] as Node | undefined;
      if (item === undefined) return undefined;
      node = item;
      value = item;
    }
  }
  return { node, value };
}

/** A path, or "file:line", as a person would write it: relative, where it lies below this folder. */
export function fromHere(source: string): string {
  const path = relative(process.cwd(), source);
  return path.startsWith("..") || path === "" ? source : path;
}
