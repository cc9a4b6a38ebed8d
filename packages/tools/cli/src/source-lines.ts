import { readFileSync } from "node:fs";
import { parsePointer } from "@loopway/model";
import { isCollection, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from "yaml";

/** The line of an RFC 6901 pointer inside the document, or the item of a `List`, that starts at `source` ("file:line"), or undefined when file or path are gone. */
export function lineOfPointer(source: string, pointer: string): string | undefined {
  const colon = source.lastIndexOf(":");
  const file = source.slice(0, colon);
  const startLine = Number(source.slice(colon + 1));
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
  const root = roots.find((node) => lineOf(node) === startLine);
  const line = root === undefined ? undefined : lineOf(nodeAt(root, pointer));
  return line === undefined ? undefined : `${file}:${line}`;
}

/** Of a `List`. */
function itemsOf(contents: Node | null): Node[] {
  const items = isMap(contents) ? contents.get("items") : undefined;
  return isSeq(items) ? (items.items as Node[]) : [];
}

/** The key's node where the last step names a map entry (its line is the one a person looks for), else the item. */
function nodeAt(root: Node | null, pointer: string): Node | undefined {
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
