import { type CheckCase, parseCases } from "@loopway/analysis";
import { LoopwayError } from "@loopway/model";
import { LineCounter, parseDocument } from "yaml";
import { readText } from "../manifests.ts";
import { nodeAt } from "../source-lines.ts";

/** The cases of test files, ours or Envoy's, YAML or JSON. Throws E_FILE, E_YAML, and E_CHECK for the first thing that is wrong with a case. */
export function readChecks(files: readonly string[]): CheckCase[] {
  return files.flatMap((file) => parseChecks(readText(file), file));
}

export function parseChecks(text: string, file: string): CheckCase[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true });
  const lineAt = (offset: number) => lineCounter.linePos(offset).line;
  const [error] = document.errors;
  if (error !== undefined)
    throw new LoopwayError("E_YAML", { path: file, line: lineAt(error.pos[0]), reason: error.message.split("\n")[0] ?? error.code });
  const sourceOf = (pointer: string) => {
    const { contents } = document;
    const node = contents === null ? null : (nodeAt(contents, pointer)?.node ?? contents);
    return `${file}:${lineAt(node?.range?.[0] ?? 0)}`;
  };
  const { cases, problems } = parseCases({ content: document.toJS({ maxAliasCount: 100 }), sourceOf });
  const [problem] = problems;
  if (problem !== undefined) throw new LoopwayError("E_CHECK", { source: problem.source ?? file, reason: problem.message });
  return cases;
}
