import { formatCommand } from "../github-command.ts";
import { splitSource } from "../split-source.ts";
import type { CheckedCase, CheckedRule, ChecksDescription } from "./describe-checks.ts";

/** How `loopway check` can say what it found. */
export const checkFormats: Readonly<Record<string, (report: ChecksDescription) => string>> = {
  text: formatText,
  junit: formatJunit,
  tap: formatTap,
  github: formatGithub,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
};

/** Failures, then the sum, then the rules that no case reached. */
function formatText(report: ChecksDescription): string {
  const { cases, passed, uncovered } = report;
  const shown = cases.filter(({ passed: holds, unsupported }) => !holds || unsupported.length > 0);
  return [
    ...shown.flatMap((one) => [
      `${one.passed ? "ok  " : "FAIL"}  ${one.name}  (${one.source})`,
      ...reasonsOf(one).map((reason) => `        ${reason}`),
    ]),
    ...(shown.length > 0 ? [""] : []),
    `${passed} of ${cases.length} cases hold; ${formatCoverage(report)}`,
    ...(uncovered.length > 0 ? ["not reached:", ...uncovered.map((rule) => `  ${formatRule(rule)}`)] : []),
    "",
  ].join("\n");
}

export function coveredPercent({ rules, covered }: Pick<ChecksDescription, "rules" | "covered">): number {
  return rules === 0 ? 100 : Math.floor((100 * covered) / rules);
}

function formatCoverage(report: ChecksDescription): string {
  return `they reach ${report.covered} of ${report.rules} rules (${coveredPercent(report)} %)`;
}

function formatRule({ priority, listenerPort, conditions, source, origin }: CheckedRule): string {
  return [`rule ${priority} of port ${listenerPort}`, conditions, source ?? origin].filter(Boolean).join("  ");
}

/** One line for each thing that differs, and who decided. */
function reasonsOf({ failures, unsupported, rule, answer, passed }: CheckedCase): string[] {
  const place = rule?.source ?? rule?.origin;
  return [
    ...failures.map(({ field, expected, actual }) => `${field}: expected ${expected}, got ${actual}`),
    ...(passed || rule === undefined ? [] : [`rule ${rule.priority}${place === undefined ? "" : ` (${place})`} answers ${answer}`]),
    ...unsupported.map((field) => `not compared: ${field} has no meaning for an ALB`),
  ];
}

/** The dialect of Jenkins and GitLab: one suite per file. */
function formatJunit({ cases, failed }: ChecksDescription): string {
  const suites = Map.groupBy(cases, ({ source }) => splitSource(source).file ?? source);
  const lines = [...suites].flatMap(([file, own]) => [
    `  <testsuite name="${escapeXml(file)}" tests="${own.length}" failures="${own.filter(({ passed }) => !passed).length}">`,
    ...own.flatMap((one) => junitCase(one)),
    "  </testsuite>",
  ]);
  const head = `<testsuites name="loopway check" tests="${cases.length}" failures="${failed}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...lines, "</testsuites>", ""].join("\n");
}

function junitCase(one: CheckedCase): string[] {
  const { file = one.source, line } = splitSource(one.source);
  const attributes = `name="${escapeXml(one.name)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" line="${line}"`;
  if (one.passed) return [`    <testcase ${attributes}/>`];
  const [first = "", ...others] = reasonsOf(one);
  return [
    `    <testcase ${attributes}>`,
    `      <failure message="${escapeXml(first)}">${escapeXml([first, ...others].join("\n"))}</failure>`,
    "    </testcase>",
  ];
}

/** What XML 1.0 cannot hold is left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "")
    .replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);
}

/** TAP version 13, diagnostics as comments. */
function formatTap(report: ChecksDescription): string {
  const lines = report.cases.flatMap((one, index) => [
    `${one.passed ? "ok" : "not ok"} ${index + 1} - ${one.name.replace(/[#\n]/g, " ")}`,
    ...(one.passed ? [] : [`# at ${one.source}`]),
    ...reasonsOf(one).map((reason) => `# ${reason}`),
  ]);
  return ["TAP version 13", `1..${report.cases.length}`, ...lines, `# ${formatCoverage(report)}`, ""].join("\n");
}

/** Errors at the cases, warnings at the rules that no case reaches. */
function formatGithub(report: ChecksDescription): string {
  const failed = report.cases.filter(({ passed }) => !passed);
  return [
    ...failed.map((one) => formatCommand({ kind: "error", source: one.source, title: one.name, message: reasonsOf(one).join("\n") })),
    ...report.uncovered.map((rule) =>
      formatCommand({ kind: "warning", source: rule.source, title: "no routing test", message: `no case reaches ${formatRule(rule)}` }),
    ),
    `${report.passed} of ${report.cases.length} cases hold; ${formatCoverage(report)}\n`,
  ].join("");
}
