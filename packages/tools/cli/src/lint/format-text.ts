import type { Finding, FindingPlace, Severity } from "@loopway/analysis";
import { countFindings, type FindingCounts } from "./count-findings.ts";

export interface TextOptions {
  colour: boolean;
  /** Findings of severity info too. */
  notes: boolean;
}

const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 36 };

/** For people: place, matter, remedy and witness of each; the sum at the end. */
export function formatText(findings: readonly Finding[], { colour, notes }: TextOptions): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const shown = findings.filter(({ severity }) => notes || severity !== "info");
  const blocks = shown.map((finding) => {
    const { severity, code, message, suggestion, fix, witness, related } = finding;
    const lines = [
      `${placeText(finding)}  ${paint(COLOURS[severity], severity)} ${paint(1, code)}`,
      `  ${finding.object}${finding.path === "" ? "" : ` ${finding.path}`}`,
      `  ${message}`,
      ...(suggestion === undefined ? [] : [`  → ${suggestion}`]),
      ...(fix === undefined ? [] : [`  → --fix can ${fix.title}`]),
      ...(witness === undefined
        ? []
        : [`  witness: ${curlOf(witness)}`, `    goes to ${placeText(witness.takenBy)} ${witness.takenBy.object}`]),
      ...related
        .filter(({ source }) => source !== undefined && source !== witness?.takenBy.source)
        .map((each) => `  ${placeText(each)} ${each.object}: ${each.message}`),
    ];
    return `${lines.join("\n")}\n`;
  });
  return [...blocks, summaryText(countFindings(findings), notes)].join("\n");
}

function placeText({ source, object }: FindingPlace): string {
  return source ?? object;
}

/** As it can be pasted. */
function curlOf({ method, url, headers, sourceIp }: NonNullable<Finding["witness"]>): string {
  const options = [
    ...(method === "GET" ? [] : ["-X", method]),
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `'${name}: ${value}'`]),
  ];
  return ["curl", ...options, /[?&*'"\s]/.test(url) ? `'${url}'` : url, ...(sourceIp === undefined ? [] : [`(from ${sourceIp})`])].join(
    " ",
  );
}

function summaryText({ errors, warnings, notes }: FindingCounts, shown: boolean): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const hidden = notes === 0 || shown ? "" : " (--notes shows them)";
  return `${count(errors, "error")}, ${count(warnings, "warning")}, ${count(notes, "note")}${hidden}\n`;
}
