// Two settled sets of manifests → what happens to requests. Load balancers are paired by IngressGroup; a host whose DNS name leads to
// another group's load balancer than before is compared between those two, and left out where either serves it without being asked.
import type { Settled } from "../settled.ts";
import { changeKinds } from "./change-kind.ts";
import { type DiffContext, type DiffOptions, type Findings, type FoundChange, portsOf, type StackPair } from "./diff-context.ts";
import { diffListeners, type ListenerPair } from "./diff-listeners.ts";
import { diffSettings } from "./diff-settings.ts";
import type { Cause, Change, Difference } from "./difference.ts";
import { findFailures, findRefused } from "./find-failures.ts";
import { readSide } from "./read-side.ts";

export function diffManifests(given: { before: Settled; after: Settled }, options: DiffOptions = {}): Difference {
  const [before, after] = [readSide(given.before, options.compileRegex), readSide(given.after, options.compileRegex)];
  const findings: Findings = { changes: [], unproven: [], compared: { listeners: 0, rulesBefore: 0, rulesAfter: 0 } };
  const context: DiffContext = { ...options, before, after, findings };
  for (const group of new Set([...before.stacks.keys(), ...after.stacks.keys()])) {
    // What was built keeps serving.
    if (after.failed.has(group)) continue;
    diffStacks(context, { before: before.stacks.get(group), after: after.stacks.get(group), exceptHosts: strangersOf(group, context) });
  }
  for (const [host, group] of before.ownerByHost) diffMovedHost(context, host, group);
  const groups = findFailures(before, after);
  const { changes, unproven, compared } = findings;
  return {
    verdict: judge({ changes, unproven, groups }),
    groups,
    refused: findRefused(before, after),
    causes: groupByCause(changes),
    unproven,
    compared,
  };
}

function judge({ changes, unproven, groups }: Pick<Findings, "changes" | "unproven"> & Pick<Difference, "groups">): Difference["verdict"] {
  if (changes.length > 0) return "changes";
  if (groups.some(({ kind }) => kind !== "unblocked")) return "blocked";
  return unproven.length > 0 ? "not-proven" : "no-change";
}

/** Hosts whose names lead to other groups' load balancers, before or after. */
function strangersOf(group: string, { before, after }: DiffContext): Set<string> {
  return new Set(
    [before, after].flatMap(({ ownerByHost }) => [...ownerByHost].flatMap(([host, owner]) => (owner === group ? [] : [host]))),
  );
}

function diffStacks(context: DiffContext, pair: Pick<ListenerPair, "exceptHosts"> & StackPair): void {
  const { before, after } = pair;
  diffSettings(context, pair);
  for (const port of portsOf(pair)) {
    const [old, young] = [before?.listeners.get(port), after?.listeners.get(port)];
    if (before !== undefined && after !== undefined && old !== undefined && young !== undefined && isSameProtocol(old, young))
      diffListeners(context, { ...pair, before: { stack: before, ...old }, after: { stack: after, ...young } });
  }
}

type Listening = Pick<ListenerPair["before"], "listener">;

function isSameProtocol(old: Listening, young: Listening): boolean {
  return old.listener.spec.protocol === young.listener.spec.protocol;
}

function diffMovedHost(context: DiffContext, host: string, group: string): void {
  const { before, after } = context;
  const owner = after.ownerByHost.get(host);
  const pair = { before: before.stacks.get(group), after: owner === undefined ? undefined : after.stacks.get(owner) };
  if (owner === undefined || owner === group || pair.before === undefined || pair.after === undefined) return;
  diffSettings(context, { ...pair, onlyHost: host });
  for (const port of portsOf(pair)) {
    const [old, young] = [pair.before.listeners.get(port), pair.after.listeners.get(port)];
    if (old !== undefined && young !== undefined && isSameProtocol(old, young))
      diffListeners(context, { before: { stack: pair.before, ...old }, after: { stack: pair.after, ...young }, onlyHost: host });
  }
}

const graveness = Object.keys(changeKinds);

/** Changes of one cause that read alike become one; the gravest cause comes first. */
function groupByCause(found: readonly FoundChange[]): Cause[] {
  const causes = Map.groupBy(found, ({ cause: { object, what, fields } }) => [object, what, ...fields].join("\n"));
  const gravityOf = ({ kind }: { kind: Change["kind"] }) => graveness.indexOf(kind);
  return [...causes.values()]
    .map((members): Cause => {
      const changes = mergeAlike(members).sort((a, b) => gravityOf(a) - gravityOf(b));
      return { ...(members[0] as FoundChange).cause, changes };
    })
    .sort((a, b) => gravityOf(a.changes[0] as Change) - gravityOf(b.changes[0] as Change));
}

function mergeAlike(found: readonly FoundChange[]): Change[] {
  const alike = Map.groupBy(found, ({ change: { kind, listener, loadBalancer, before, after } }) =>
    [kind, listener, loadBalancer, before.text, after.text].join("\n"),
  );
  return [...alike.values()].map((members) => {
    const requests = members.flatMap(({ change }) => change.requests);
    const oddness = ({ witness }: (typeof requests)[number]) => witness.curl.length;
    return { ...(members[0] as FoundChange).change, requests: requests.sort((a, b) => oddness(a) - oddness(b)) };
  });
}
