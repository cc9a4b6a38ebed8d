/** One set of manifests, settled, as far as a comparison looks: rule tables by IngressGroup and port, who owns a name, what failed. */
import { AWS_NAMESPACE, groupOf, loadGroup, membershipOf } from "@loopway/controllers";
import {
  type Ingress,
  type Listener,
  type LoadBalancer,
  type Origin,
  objectKey,
  type Problem,
  parseOrigin,
  type RecordSet,
  type Rule,
  STACK_LABEL,
} from "@loopway/model";
import type { CompileRegex } from "@loopway/routing";
import type { Settled } from "../settled.ts";
import { type Answer, type BackendReader, backendReader, readAnswer } from "./answer.ts";
import { type ComparedRule, orderTable } from "./compared-table.ts";

export interface Side {
  settled: Settled;
  /** By IngressGroup. */
  stacks: ReadonlyMap<string, ComparedStack>;
  failed: ReadonlyMap<string, FailedGroup>;
  /** The group to whose load balancer a host name leads; lower case, without final dot. */
  ownerByHost: ReadonlyMap<string, string>;
}

export interface ComparedStack {
  groupId: string;
  loadBalancer: LoadBalancer;
  /** By port. */
  listeners: ReadonlyMap<number, ComparedListener>;
  /** Hosts that lead here. */
  hosts: readonly string[];
  members: readonly Ingress[];
}

export interface ComparedListener {
  listener: Listener;
  table: { rules: readonly AnsweringRule[]; defaultAnswer: string };
  defaultRule: Answering;
}

interface Answering {
  shown: Answer;
  origin: Origin | undefined;
}

export type AnsweringRule = ComparedRule & Answering;

export interface FailedGroup {
  members: readonly Ingress[];
  /** The first error, which is the one that the controller tells. */
  problem: Problem | undefined;
}

export function readSide(settled: Settled, compileRegex: CompileRegex | undefined): Side {
  const { snapshot } = settled;
  const backendOf = backendReader(snapshot);
  const rules = Map.groupBy(snapshot.list<Rule>("Rule", { namespace: AWS_NAMESPACE }), ({ spec }) => spec.listenerRef.from.name);
  const listeners = Map.groupBy(
    snapshot.list<Listener>("Listener", { namespace: AWS_NAMESPACE }),
    ({ metadata }) => metadata.labels?.[STACK_LABEL] ?? "",
  );
  const ownerByHost = readOwners(settled);
  const stacks = settled.loadBalancers
    .filter(({ loadBalancer }) => loadBalancer.spec.type === "application")
    .map(({ loadBalancer, groupId, ingresses }): ComparedStack => {
      const own = listeners.get(loadBalancer.metadata.name) ?? [];
      const compared = own.map((listener) => readListener(listener, rules.get(listener.metadata.name) ?? [], { backendOf, compileRegex }));
      return {
        groupId,
        loadBalancer,
        listeners: new Map(compared.map((one) => [one.listener.spec.port, one])),
        hosts: [...ownerByHost].flatMap(([host, owner]) => (owner === groupId ? [host] : [])),
        members: ingresses,
      };
    });
  const byGroup = new Map(stacks.map((stack) => [stack.groupId, stack]));
  return { settled, stacks: byGroup, failed: readFailed(settled, byGroup), ownerByHost };
}

function readListener(
  listener: Listener,
  rules: readonly Rule[],
  { backendOf, compileRegex }: { backendOf: BackendReader; compileRegex: CompileRegex | undefined },
): ComparedListener {
  const read = rules.map(({ metadata, spec }): AnsweringRule => {
    const { shown, key } = readAnswer(spec.actions, spec.transforms ?? [], backendOf);
    const { priority, conditions } = spec;
    return { id: metadata.name, priority, conditions, shown, answer: key, origin: parseOrigin(metadata.annotations) };
  });
  const { shown, key } = readAnswer(listener.spec.defaultActions, [], backendOf);
  const table = orderTable({ rules: read, defaultAnswer: key }, compileRegex);
  return {
    listener,
    table: { ...table, rules: table.rules as readonly AnsweringRule[] },
    defaultRule: { shown, origin: parseOrigin(listener.metadata.annotations) },
  };
}

/** Records decide; without hosted zones, the Ingresses that would get them, the one with the smallest target first (ExternalDNS, plan/conflict.go). */
function readOwners({ snapshot }: Settled): Map<string, string> {
  // A group's own, and the network load balancer in front of it.
  const ofGroups = snapshot.list<LoadBalancer>("LoadBalancer").filter((loadBalancer) => groupOf(loadBalancer) !== undefined);
  const groupByTarget = new Map(ofGroups.map((loadBalancer) => [loadBalancer.status?.dnsName ?? "", groupOf(loadBalancer) ?? ""]));
  const targetByHost = new Map<string, string>();
  for (const { metadata, spec, status } of snapshot.list<Ingress>("Ingress")) {
    const [target] = (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname }) => hostname ?? []).sort();
    if (target === undefined || metadata.deletionTimestamp !== undefined) continue;
    const hosts = [...(spec?.rules ?? []).flatMap(({ host }) => host ?? []), ...(spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts)];
    for (const host of hosts.map(nameOf)) if (target < (targetByHost.get(host) ?? "\uffff")) targetByHost.set(host, target);
  }
  for (const { spec } of snapshot.list<RecordSet>("RecordSet"))
    if (spec.aliasTarget !== undefined) targetByHost.set(nameOf(spec.name), spec.aliasTarget.dnsName.replace(/\.$/, ""));
  return new Map(
    [...targetByHost].flatMap(([host, target]) => (groupByTarget.has(target) ? [[host, groupByTarget.get(target) ?? ""]] : [])),
  );
}

function nameOf(host: string): string {
  return host.replace(/\.$/, "").toLowerCase();
}

function readFailed({ snapshot, problems }: Settled, stacks: ReadonlyMap<string, ComparedStack>): Map<string, FailedGroup> {
  const groups = snapshot.list<Ingress>("Ingress").flatMap((ingress) => {
    const membership = membershipOf(ingress, snapshot);
    return membership.kind === "member" && !stacks.has(membership.groupId) ? [membership.groupId] : [];
  });
  return new Map(
    [...new Set(groups)].map((groupId) => {
      const { members, broken } = loadGroup(groupId, snapshot);
      const all = members.length > 0 ? members : broken.map(({ ingress }) => ingress);
      const names = new Set(all.map((ingress) => `Ingress ${objectKey(ingress)}`));
      const problem = problems.find(({ severity, object }) => severity === "error" && object !== undefined && names.has(object));
      return [groupId, { members: all, problem }];
    }),
  );
}
