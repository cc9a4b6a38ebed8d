const ELISION = "…";

/**
 * Whether a program printed what a page shows. `…` stands for anything within a line, a line of nothing else for any number of lines. Columns are as
 * wide as what stands in them: one blank matches many. Blank lines do not count.
 */
export function matchesOutput(shown: readonly string[], printed: string): boolean {
  const pattern = normalise(shown).map((line) => (line === ELISION ? "(?:.*\\n)*" : `${patternOf(line)}\\n`));
  const lines = normalise(printed.split("\n")).map((line) => `${line}\n`);
  return new RegExp(`^${pattern.join("")}$`).test(lines.join(""));
}

function normalise(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim().replace(/\s+/g, " ")).filter((line) => line !== "");
}

function patternOf(line: string): string {
  const literal = line.split(ELISION).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return literal.join(".*");
}
