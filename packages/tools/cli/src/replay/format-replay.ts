import type { Example } from "@loopway/analysis";
import type { ReplayDescription, RuleDescription } from "./describe-replay.ts";

/** Kinds shown of each list; --json has up to a thousand. */
const SHOWN = 10;
/** Of a line that is shown. */
const EXAMPLE_WIDTH = 160;

type Mismatch = ReplayDescription["mismatches"][number];
type Moves = NonNullable<ReplayDescription["moves"]>;

/** The verdict first, then what was left out of it and why, then what differs, most frequent first. */
export function formatReplay(report: ReplayDescription, files: number): string {
  const { lines, loadBalancers, decidable, predicted, mismatches, moves } = report;
  const differing = decidable - predicted;
  const verdict =
    decidable === 0
      ? "no line could be compared"
      : `${percent(predicted / decidable)} of ${count(decidable)} decidable lines are as the manifests say`;
  return [
    `${count(lines)} lines of ${files === 1 ? "one file" : `${files} files`}`,
    ...loadBalancers.map(formatLoadBalancer),
    "",
    verdict,
    ...formatLeftOut(report),
    ...(differing === 0 ? [] : ["", `${count(differing)} lines differ:`, ...limited(mismatches, formatMismatch)]),
    ...(moves === undefined ? [] : ["", ...formatMoves(moves)]),
    "",
  ].join("\n");
}

function formatLoadBalancer({ logged, lines, name, likeness }: ReplayDescription["loadBalancers"][number]): string {
  if (name === undefined) return `  ${logged}: ${count(lines)} lines, not made by these manifests`;
  return `  ${logged}: ${count(lines)} lines, ${likeness === "same name" ? "made by these manifests" : `taken for ${name} (${likeness})`}`;
}

function formatLeftOut({ malformed, notAboutRules, undecidable }: ReplayDescription): string[] {
  const statuses = notAboutRules.statuses.map((one) => `${one.status === 0 ? "no status" : one.status} × ${count(one.count)}`);
  return [
    ...(notAboutRules.count === 0
      ? []
      : [
          `  ${count(notAboutRules.count)} failed before rules were tried, which no manifest decides: ${statuses.slice(0, SHOWN).join(", ")}`,
        ]),
    ...undecidable.rules.slice(0, SHOWN).map(formatUndecidable),
    ...malformed.reasons
      .slice(0, SHOWN)
      .map(({ count: times, reason, example }) => `  ${count(times)} malformed: ${reason} (${example.file}:${example.line})`),
  ];
}

function formatUndecidable({ count: times, rule, header }: ReplayDescription["undecidable"]["rules"][number]): string {
  return `  ${count(times)} undecidable: rule ${formatPlace(rule)} asks for ${header}, which no log has`;
}

function formatMismatch({ difference, rule, listenerPort, logged, count: times, share, example }: Mismatch): string[] {
  const byAws = `rule ${logged.rulePriority === 0 ? "default" : logged.rulePriority}`;
  const took = logged.service ?? `${logged.actions} ${logged.status}${logged.redirectUrl === undefined ? "" : ` to ${logged.redirectUrl}`}`;
  const what = {
    rule: "another rule",
    action: "another action",
    status: "another status",
    location: "another location",
    group: "another Service",
    listener: "another listener",
  }[difference];
  const expected = rule === undefined ? `nothing listens on port ${listenerPort}` : `rule ${formatPlace(rule)}: ${rule.answer}`;
  return [
    `  ${count(times)} (${percent(share)}) ${what}`,
    `      manifests  ${expected}`,
    `      AWS        ${byAws}: ${took}`,
    `      ${formatExample(example)}`,
  ];
}

function formatMoves({ requests, moved, classes, restOfClasses, undecidable }: Moves): string[] {
  const head =
    moved === 0
      ? `the new manifests move none of ${count(requests)} requests`
      : `the new manifests move ${count(moved)} of ${count(requests)} requests (${percent(moved / Math.max(requests, 1))}):`;
  return [
    head,
    ...limited(classes, ({ from, to, oldRule, newRule, count: times, share, example }) => [
      `  ${count(times)} (${percent(share)}) ${from} → ${to}`,
      `      ${[oldRule, newRule].map((rule) => (rule === undefined ? "no listener" : `rule ${formatPlace(rule)}`)).join(" → ")}`,
      `      ${formatExample(example)}`,
    ]),
    ...(restOfClasses === 0 ? [] : [`  ${count(restOfClasses)} in other ways`]),
    ...undecidable.rules.slice(0, SHOWN).map(formatUndecidable),
  ];
}

function limited<T>(items: readonly T[], format: (item: T) => string[]): string[] {
  const rest = items.length - SHOWN;
  return [...items.slice(0, SHOWN).flatMap(format), ...(rest > 0 ? [`  … and ${rest} more kinds; --json has them`] : [])];
}

/** "3 (k8s/web.yaml:14)" */
function formatPlace({ priority, listenerPort, source, origin }: RuleDescription): string {
  return `${priority} of port ${listenerPort}${source === undefined && origin === undefined ? "" : ` (${source ?? origin})`}`;
}

/** The file, the line, and the request out of it. */
function formatExample({ file, line, text }: Example): string {
  const request = /"[^"]*:\/\/[^"]*"/.exec(text)?.[0] ?? text;
  return `${file}:${line}  ${request.length > EXAMPLE_WIDTH ? `${request.slice(0, EXAMPLE_WIDTH)}…` : request}`;
}

/** Never rounded up to 100 %, nor down to nothing. */
function percent(share: number): string {
  if (share === 1 || share === 0) return `${share * 100} %`;
  return `${Math.min(99.9, Math.max(0.1, Math.round(share * 1000) / 10))} %`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
