// Edits by position, so that everything else of a file stays as it was written: comments, quotes, order, indentation.
import type { Fix } from "@loopway/analysis";
import { isScalar, type Node, parseAllDocuments, type Scalar } from "yaml";
import type { TextPlace } from "../source-lines.ts";

export interface PlacedFix {
  fix: Fix;
  /** Of each of its edits, in order. */
  places: readonly TextPlace[];
}

interface Splice {
  start: number;
  end: number;
  text: string;
}

/** The text with the fixes in it, and how many. One that touches the same place as another, or an alias, is left for the next round. */
export function applyFixes(text: string, fixes: readonly PlacedFix[]): { text: string; applied: number } {
  const accepted: Splice[] = [];
  let applied = 0;
  for (const { fix, places } of fixes) {
    const splices = fix.edits.map((edit, index) => {
      const place = places[index];
      const node = edit.op === "set" ? place?.value : place?.node;
      return spliceOf(node, edit.op === "set" ? edit.value : edit.key);
    });
    const isFree = splices.every(
      (splice) => splice !== undefined && accepted.every(({ start, end }) => splice.end <= start || splice.start >= end),
    );
    if (!isFree) continue;
    accepted.push(...splices.filter((splice) => splice !== undefined));
    applied++;
  }
  accepted.sort((left, right) => right.start - left.start);
  const mended = accepted.reduce((rest, { start, end, text: own }) => rest.slice(0, start) + own + rest.slice(end), text);
  const isSound = parseAllDocuments(mended).every(({ errors }) => errors.length === 0);
  return isSound ? { text: mended, applied } : { text, applied: 0 };
}

function spliceOf(node: Node | null | undefined, value: string): Splice | undefined {
  if (!isScalar(node) || node.range == null) return undefined;
  return { start: node.range[0], end: node.range[1], text: quoted(node, value) };
}

/** In the quotes that stand there. */
function quoted({ type }: Scalar, value: string): string {
  if (type === "QUOTE_SINGLE") return `'${value.replaceAll("'", "''")}'`;
  return type === "QUOTE_DOUBLE" ? JSON.stringify(value) : value;
}
