import type { Problem } from "@loopway/model";
import type { GroupDraft } from "./parse-record-set.ts";
import { recordProblem } from "./record-problem.ts";
import type { ZoneDraft } from "./zone-draft.ts";

/**
 * Gives every alias the values and TTL of its target: of an AWS resource, or of a record of the same type in the same hosted zone, which may
 * be an alias itself ("Choosing between alias and non-alias records"). On the wire an alias is not to be seen. One whose target is
 * not there (yet) answers NODATA.
 */
export function resolveAliases(draftsByName: ReadonlyMap<string, ZoneDraft>): Problem[] {
  const problems: Problem[] = [];
  for (const draft of draftsByName.values()) {
    for (const node of draft.nodesByName.values()) {
      for (const [type, group] of node) {
        if (group.aliasTarget === undefined) continue;
        const target = followAlias(group, draft, draftsByName);
        if (target === undefined) continue;
        if (typeof target === "object") node.set(type, { ...group, ttl: target.ttl, values: target.values, texts: target.texts });
        else if (group.source !== undefined)
          problems.push(recordProblem(group.source, { path: "/spec/aliasTarget/dnsName", reason: target }, "warning"));
      }
    }
  }
  return problems;
}

/**
 * The group an alias stands for in the end, or why there is none. undefined: the target is there, without this type; no mistake, as
 * ExternalDNS writes AAAA aliases for IPv4 load balancers too.
 */
function followAlias(alias: GroupDraft, zone: ZoneDraft, draftsByName: ReadonlyMap<string, ZoneDraft>): GroupDraft | string | undefined {
  const seen = new Set<string>();
  let group = alias;
  while (group.aliasTarget !== undefined) {
    const target = group.aliasTarget;
    if (seen.has(target)) return `the alias leads back to itself through ${target}`;
    seen.add(target);
    const node = zone.nodesByName.get(target) ?? findElbNode(target, draftsByName);
    if (node === undefined) return `there is no load balancer and no record named ${target}`;
    const next = node.get(alias.type);
    if (next === undefined) return undefined;
    group = next;
  }
  return group;
}

/** Nodes of load balancers; other hosted zones are out of an alias's reach. */
function findElbNode(target: string, draftsByName: ReadonlyMap<string, ZoneDraft>): ReadonlyMap<string, GroupDraft> | undefined {
  for (const draft of draftsByName.values()) {
    const node = draft.hostedZone === undefined ? draft.nodesByName.get(target) : undefined;
    if (node !== undefined) return node;
  }
  return undefined;
}
