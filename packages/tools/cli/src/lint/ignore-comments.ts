// `# loopway-lint-ignore: code[, code]` in a manifest: on a line of its own for the line behind it, at the end of a line for that line, above the first
// object of a file for the whole file.

const COMMENT = /#\s*loopway-lint-ignore:\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)/;

export interface IgnoredCodes {
  isIgnored(code: string, line: number): boolean;
}

export function readIgnoreComments(text: string): IgnoredCodes {
  const inFile = new Set<string>();
  const byLine = new Map<number, string[]>();
  let isAtTop = true;
  let waiting: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const isComment = /^\s*(#|$)/.test(line);
    const codes = COMMENT.exec(line)?.[1]?.split(/\s*,\s*/) ?? [];
    if (isComment) {
      waiting.push(...codes);
      continue;
    }
    if (/^---/.test(line)) continue;
    if (isAtTop) for (const code of waiting) inFile.add(code);
    byLine.set(index + 1, [...waiting, ...codes]);
    isAtTop = false;
    waiting = [];
  }
  return { isIgnored: (code, line) => inFile.has(code) || byLine.get(line)?.includes(code) === true };
}
