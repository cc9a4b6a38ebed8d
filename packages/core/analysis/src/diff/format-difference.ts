/** A difference for people, in plain text. */
import { parsePointer } from "@loopway/model";
import { changeKinds } from "./change-kind.ts";
import { formatRegion } from "./describe-region.ts";
import type {
  Cause,
  Change,
  ChangedRequests,
  Difference,
  GroupFailure,
  Place,
  RefusedObject,
  RulePlace,
  UnprovenRequests,
} from "./difference.ts";

/** @param most changes shown */
export function formatDifference(difference: Difference, most: number): string {
  const { groups, refused, causes, unproven } = difference;
  const { shown, left } = firstChanges(causes, most);
  const parts = [
    formatVerdict(difference),
    ...refused.map(formatRefused),
    ...groups.map(formatFailure),
    ...shown.map(formatCause),
    ...(left > 0 ? [`${count(left, "more change")}: --all shows them`] : []),
    ...(unproven.length > 0 ? [formatUnproven(unproven)] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The first sentence: what one wants to know. */
export function formatVerdict({ verdict, causes, compared, groups }: Difference): string {
  const scope = `${count(compared.listeners, "listener")} compared, ${compared.rulesBefore} rules before and ${compared.rulesAfter} after`;
  if (verdict === "no-change")
    return `No request changes. This is proven for every host, path, method, header, query and source address: ${scope}.`;
  if (verdict === "not-proven") return `No change was found, but this is not proven: ${scope}.`;
  if (verdict === "blocked") {
    const blocked = groups.filter(({ kind }) => kind !== "unblocked");
    return `No request changes, but ${count(blocked.length, "group")} cannot be built and ${blocked.length === 1 ? "serves" : "serve"} what was built last: ${scope}.`;
  }
  const changes = causes.reduce((sum, cause) => sum + cause.changes.length, 0);
  return `${count(changes, "change")} from ${count(causes.length, "cause")}: ${scope}.`;
}

/** As many changes as are wanted, the first of each cause before the second of any. */
export function firstChanges(causes: readonly Cause[], most: number): { shown: Cause[]; left: number } {
  const taken = causes.map(() => 0);
  let free = most;
  for (let round = 0; free > 0 && causes.some(({ changes }) => changes.length > round); round++)
    for (const [at, { changes }] of causes.entries())
      if (free > 0 && changes.length > round) {
        taken[at] = round + 1;
        free--;
      }
  const shown = causes
    .map((cause, at) => ({ ...cause, changes: cause.changes.slice(0, taken[at]) }))
    .filter(({ changes }) => changes.length > 0);
  const left = causes.reduce((sum, { changes }, at) => sum + changes.length - (taken[at] ?? 0), 0);
  return { shown, left };
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** What a failed group means for requests. */
export const failureSentences: Readonly<Record<GroupFailure["kind"], string>> = {
  blocked: "can no longer be built: what was built keeps serving, nothing changes for requests, and no later change of any member arrives",
  "still-blocked":
    "can be built neither before nor after: what was built last keeps serving, which these manifests do not say, and no change of any member arrives",
  unblocked: "could not be built before: everything it serves is new here, whatever served until now",
};

function formatFailure({ kind, group, members, message, culprit }: GroupFailure): string {
  const place = culprit === undefined ? "" : `${formatPlace(culprit)}: `;
  return [
    `${kind === "unblocked" ? "MENDED" : "BLOCKED"}  group ${group} ${failureSentences[kind]}`,
    `  ${place}${message}`,
    `  members: ${members.join(", ")}`,
  ].join("\n");
}

/** In a cluster, what was there before would stay. */
export function formatRefused({ side, message, ...place }: RefusedObject): string {
  return `REFUSED  ${formatPlace(place)}, ${side}: ${message}; compared as if it were not there`;
}

export function formatPlace({ object, source }: Place): string {
  return source === undefined ? object : `${object} (${source})`;
}

/** "Ingress default/web (k8s/web.yaml:12) changed: /spec/rules/0/host" */
export function formatCauseTitle({ what, fields, ...place }: Omit<Cause, "changes">): string {
  if (what === "order") return `${formatPlace(place)}: the order of its group's rules, or an object it refers to`;
  return `${formatPlace(place)} ${what}${fields.length === 0 ? "" : `: ${fields.map(formatField).join(", ")}`}`;
}

/** "annotation alb.ingress.kubernetes.io/scheme", "spec.rules[0].host" */
function formatField(pointer: string): string {
  const [first, second, ...rest] = parsePointer(pointer);
  if (first === "metadata" && second === "annotations" && rest.length > 0) return `annotation ${rest.join("/")}`;
  return [first, second, ...rest].reduce<string>(
    (path, step = "") => (/^\d+$/.test(step) ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`),
    "",
  );
}

function formatCause(cause: Cause): string {
  return [formatCauseTitle(cause), ...cause.changes.map(formatChange)].join("\n");
}

function formatChange({ kind, listener, before, after, requests }: Change): string {
  const [first, ...others] = requests;
  const lines = [`  ${changeKinds[kind]}  ${first === undefined ? "" : formatRegion(first.region)}  [${listener}]`];
  lines.push(`    before  ${before.text}${formatRule(first?.before)}`, `    after   ${after.text}${formatRule(first?.after)}`);
  if (first !== undefined) lines.push(`    ${first.witness.curl}`);
  if (others.length > 0) lines.push(`    likewise: ${formatOthers(others)}`);
  return lines.join("\n");
}

const MAX_OTHERS = 3;

export function formatOthers(others: readonly ChangedRequests[]): string {
  const regions = [...new Set(others.map(({ region }) => formatRegion(region)))];
  const more = regions.length > MAX_OTHERS ? ` and ${regions.length - MAX_OTHERS} more` : "";
  return `${regions.slice(0, MAX_OTHERS).join("; ")}${more}`;
}

function formatRule(rule: RulePlace | undefined): string {
  if (rule === undefined) return "";
  const name = rule.priority === "default" ? "default action" : `rule ${rule.priority}`;
  return `  ← ${name}, ${rule.source ?? rule.object}`;
}

function formatUnproven(unproven: readonly UnprovenRequests[]): string {
  const lines = unproven.slice(0, MAX_OTHERS).map(({ listener, reason, samples, regions }) => {
    const [first] = regions;
    const region = first === undefined ? "any request" : formatRegion(first);
    const others = regions.length > 1 ? ` and ${regions.length - 1} more` : "";
    return `  ${region}${others}  [${listener}]: ${reason}; ${count(samples, "sample")} tried, no other change found`;
  });
  const more = unproven.length > MAX_OTHERS ? [`  and ${unproven.length - MAX_OTHERS} more`] : [];
  return ["Not proven:", ...lines, ...more].join("\n");
}
