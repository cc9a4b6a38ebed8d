/** What a page of documentation shows: commands with their output, in ```console fences, and files, in ```yaml fences whose first line is `# PATH`. */

export interface Step {
  /** Behind "$ ". */
  command: string;
  /** Lines up to the next command or the end of the fence. */
  output: string[];
  /** In the page, from 1. */
  line: number;
}

export interface QuotedFile {
  path: string;
  text: string;
}

/** In the order of the page. Throws where a console fence does not begin with a command. */
export function readSteps(page: string): Step[] {
  const steps: Step[] = [];
  for (const { line, lines } of fences(page, "console")) {
    let step: Step | undefined;
    for (const [index, text] of lines.entries()) {
      if (text.startsWith("$ ")) {
        step = { command: text.slice(2), output: [], line: line + index };
        steps.push(step);
      } else if (step === undefined) throw new Error(`line ${line + index}: output before the first command`);
      else step.output.push(text);
    }
  }
  return steps;
}

export function readQuotedFiles(page: string): QuotedFile[] {
  return fences(page, "yaml").flatMap(({ lines: [head = "", ...rest] }) => {
    const [, path] = /^# (\S+\/\S+)$/.exec(head) ?? [];
    return path === undefined ? [] : [{ path, text: `${rest.join("\n")}\n` }];
  });
}

/** `line`: of the first line inside. */
function fences(page: string, language: string): { line: number; lines: string[] }[] {
  const found: { line: number; lines: string[] }[] = [];
  const all = page.split("\n");
  for (let at = 0; at < all.length; at++) {
    if (!all[at]?.startsWith("```")) continue;
    const end = all.indexOf("```", at + 1);
    if (all[at] === `\`\`\`${language}`) found.push({ line: at + 2, lines: all.slice(at + 1, end) });
    at = end;
  }
  return found;
}
