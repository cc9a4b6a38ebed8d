import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { parsePointer } from "@loopway/model";
import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from "yaml";

/** As {@link lineOfPointer}, for many places: each file is read once. */
export function createLineFinder(): typeof lineOfPointer {
  const files = new Map<string, ReturnType<typeof readLines>>();
  return (source, pointer) => {
    const colon = source.lastIndexOf(":");
    const file = source.slice(0, colon);
    if (!files.has(file)) files.set(file, readLines(file));
    const line = files.get(file)?.(Number(source.slice(colon + 1)), pointer);
    return line === undefined ? undefined : `${file}:${line}`;
  };
}

/** The line of an RFC 6901 pointer inside the document, or the item of a `List`, that starts at `source` ("file:line"), or undefined when file or path are gone. */
export function lineOfPointer(source: string, pointer: string): string | undefined {
  return createLineFinder()(source, pointer);
}

function readLines(file: string): ((line: number, pointer: string) => number | undefined) | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, keepSourceTokens: false });
  const lineOf = (node: Node | null | undefined) => (node?.range == null ? undefined : lineCounter.linePos(node.range[0]).line);
  const roots = Array.isArray(documents) ? documents.flatMap(({ contents }) => [contents, ...itemsOf(contents)]) : [];
  // A list and its first item may begin in one line: the list is the document.
  const rootByLine = new Map(roots.toReversed().map((root) => [lineOf(root), root]));
  return (line, pointer) => lineOf(nodeAt(rootByLine.get(line) ?? null, pointer));
}

/** Of a `List`. */
function itemsOf(contents: Node | null): Node[] {
  const items = isMap(contents) ? contents.get("items") : undefined;
  return isSeq(items) ? (items.items as Node[]) : [];
}

/** The key's node where the last step names a map entry (its line is the one a person looks for), else the item. */
export function nodeAt(root: Node | null, pointer: string): Node | undefined {
  let node: unknown = root;
  let place: Node | undefined = root ?? undefined;
  for (const step of parsePointer(pointer)) {
    if (!isCollection(node)) return undefined;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return undefined;
      place = pair.key as Node;
      node = pair.value;
    } else {
      node = node.items[Number(step)];
      place = node as Node;
    }
  }
  return place;
}

/** A path, or "file:line", as a person would write it: relative, where it lies below this folder. */
export function fromHere(source: string): string {
  const path = relative(process.cwd(), source);
  return path.startsWith("..") || path === "" ? source : path;
}
