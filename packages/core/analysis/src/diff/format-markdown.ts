/** A difference as a comment on a pull request: what matters first, details folded. GitHub and GitLab flavoured Markdown. */
import { changeKinds } from "./change-kind.ts";
import { formatRegion } from "./describe-region.ts";
import type { Change, Difference } from "./difference.ts";
import {
  failureSentences,
  firstChanges,
  formatCauseTitle,
  formatOthers,
  formatPlace,
  formatRefused,
  formatVerdict,
} from "./format-difference.ts";

/** @param most changes shown */
export function formatMarkdown(difference: Difference, most: number): string {
  const { groups, refused, causes, unproven } = difference;
  const { shown, left } = firstChanges(causes, most);
  const failures = groups.map(({ kind, group, message, culprit }) => {
    const place = culprit === undefined ? "" : `${code(formatPlace(culprit))}: `;
    return `> **Blocked:** group ${code(group)} ${failureSentences[kind]}.\n> ${place}${escapeText(message)}`;
  });
  const sections = shown.map((cause) =>
    [
      `#### ${escapeText(formatCauseTitle(cause))}`,
      "",
      ...TABLE_HEAD,
      ...cause.changes.map(formatRow),
      "",
      ...formatCurls(cause.changes),
    ].join("\n"),
  );
  const doubts = unproven.map(
    ({ reason, samples, listener }) => `- ${listener}: ${reason}; ${samples} samples tried, no other change found`,
  );
  const parts = [
    `### ${escapeText(formatVerdict(difference))}`,
    ...failures,
    ...refused.map((object) => `> ${escapeText(formatRefused(object))}`),
    ...sections,
    ...(left > 0 ? [`${left} more are not shown.`] : []),
    ...(doubts.length > 0 ? [`**Not proven**\n\n${doubts.join("\n")}`] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

const TABLE_HEAD = ["| what | requests | before | after |", "|---|---|---|---|"];

function formatRow({ kind, listener, before, after, requests }: Change): string {
  const [first, ...others] = requests;
  const region = first === undefined ? "" : code(formatRegion(first.region));
  const likewise = others.length === 0 ? "" : `<br>likewise: ${code(formatOthers(others))}`;
  return `| ${changeKinds[kind]} (${listener}) | ${region}${likewise} | ${code(before.text)} | ${code(after.text)} |`;
}

function formatCurls(changes: readonly Change[]): string[] {
  const lines = changes.flatMap(({ requests }) => requests[0]?.witness.curl ?? []);
  return ["<details><summary>try it</summary>", "", "```sh", ...lines, "```", "", "</details>"];
}

/** In a table cell too: a bar would end the cell. */
function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text.replaceAll("|", "\\|")}${fence}`;
}

function escapeText(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, "\\$&");
}
