/** Objects of one stack → the table that the load balancer serves from. */
import {
  attributeValue,
  type Decision,
  type Listener,
  type LoadBalancer,
  loadBalancerAddresses,
  type Problem,
  parseOrigin,
  type Rule,
  type SecurityGroup,
  STACK_CHECKSUM_ANNOTATION,
  STACK_MEMBER_ANNOTATION,
  type TargetGroup,
} from "@loopway/model";
import { type CompiledAction, compileAction, describeAction } from "./compile-action.ts";
import { compileRules } from "./compile-rules.ts";
import type { CompileRegex } from "./regex.ts";
import type { RuleInput } from "./rule-input.ts";
import type { RuleTable } from "./rule-table.ts";
import { type CompiledTransforms, compileTransforms } from "./transform.ts";

/** What was seen of one load balancer's stack. */
export interface StackObjects {
  loadBalancer: LoadBalancer;
  listeners: readonly Listener[];
  rules: readonly Rule[];
  targetGroups: readonly TargetGroup[];
  /** Of a network load balancer. */
  securityGroups?: readonly SecurityGroup[];
}

export interface CompiledRule extends RuleInput {
  action: CompiledAction;
  /** Undefined for a rule that rewrites nothing. */
  transforms: CompiledTransforms | undefined;
  /** As it goes into spans. */
  decision: Extract<Decision, { kind: "rule" }>;
}

export interface CompiledListener {
  name: string;
  listenerPort: number;
  rules: RuleTable<CompiledRule>;
  defaultRule: CompiledRule;
}

export interface LoadBalancerTable {
  /** Of the load balancer: tells whether another one has to be compiled. */
  source: string;
  /** Checksum of the stack it was compiled from. */
  revision: string;
  /** "app/<name>/<id>", as access logs name the load balancer. */
  resourceId: string;
  addresses: readonly string[];
  idleTimeoutMs: number;
  listeners: readonly CompiledListener[];
  /** Names of the target groups that some action forwards to; only these are checked. */
  usedTargetGroups: ReadonlySet<string>;
}

/** The members that were seen add up to what the load balancer says: none is missing, stale or superfluous. */
export function isWhole({ loadBalancer, listeners, rules, targetGroups, securityGroups = [] }: StackObjects): boolean {
  const sum = [...listeners, ...rules, ...targetGroups, ...securityGroups].reduce(
    (total, { metadata }) => (total + Number.parseInt(metadata.annotations?.[STACK_MEMBER_ANNOTATION] ?? "0", 16)) >>> 0,
    0,
  );
  return sum.toString(16).padStart(8, "0") === loadBalancer.metadata.annotations?.[STACK_CHECKSUM_ANNOTATION];
}

export interface CompileStackOptions {
  /** Of loadRegexEngine; wanted only where usesRegex says so of the rules' specs. Without it rules that need it have a problem. */
  compileRegex?: CompileRegex | undefined;
  /** The table before this one: what has not changed of its listeners' rules is taken over. */
  previous?: LoadBalancerTable | undefined;
  /** With `https` listeners of that protocol are compiled too. A hop, which cannot serve them, leaves them out with a problem. */
  serves?: { https: boolean };
}

/** A rule with a problem is left out and the rest works. */
export function compileStack(
  { loadBalancer, listeners, rules }: StackObjects,
  { compileRegex, previous, serves = { https: false } }: CompileStackOptions = {},
): { table: LoadBalancerTable; problems: Problem[] } {
  const problems: Problem[] = [];
  const compiled: CompiledListener[] = [];
  for (const listener of listeners) {
    const { protocol } = listener.spec;
    if (protocol !== "HTTP" && !(protocol === "HTTPS" && serves.https)) {
      const message = `${protocol} listeners are not served yet; nothing listens on port ${listener.spec.port}`;
      problems.push({
        code: "E_INVALID",
        message,
        severity: "warning",
        object: `Listener ${listener.metadata.name}`,
        path: "spec.protocol",
      });
      continue;
    }
    const { name } = listener.metadata;
    const own = rules.filter(({ spec }) => spec.listenerRef.from.name === name).map((rule) => compileRule(rule, compileRegex));
    const before = previous?.listeners.find((other) => other.name === name)?.rules;
    const result = compileRules(
      own.flatMap(({ rule }) => rule ?? []),
      { compileRegex, previous: before },
    );
    problems.push(...own.flatMap((one) => one.problems), ...result.problems);
    compiled.push({
      name,
      listenerPort: listener.spec.port,
      rules: result.table,
      defaultRule: compileDefault(listener),
    });
  }
  const actions = compiled.flatMap((listener) => [...listener.rules.rules, listener.defaultRule]).map(({ action }) => action);
  const table: LoadBalancerTable = {
    source: sourceOf(loadBalancer),
    revision: loadBalancer.metadata.annotations?.[STACK_CHECKSUM_ANNOTATION] ?? "",
    resourceId:
      loadBalancer.status?.ackResourceMetadata?.arn?.split("loadbalancer/")[1] ?? `app/${loadBalancer.spec.name}/0000000000000000`,
    addresses: loadBalancerAddresses(loadBalancer),
    idleTimeoutMs: 1000 * Number(attributeValue(loadBalancer, "idle_timeout.timeout_seconds") ?? 60),
    listeners: compiled,
    usedTargetGroups: new Set(actions.flatMap((action) => (action.kind === "forward" ? action.targetGroups : []))),
  };
  return { table, problems };
}

/** The checksum stands for all members; attributes and addresses are the load balancer's own. */
export function sourceOf({ metadata, spec, status }: LoadBalancer): string {
  return JSON.stringify([metadata.annotations, spec, status]);
}

function compileRule(
  { metadata, spec }: Rule,
  compileRegex: CompileRegex | undefined,
): { rule: CompiledRule | undefined; problems: Problem[] } {
  const action = compileAction(spec.actions);
  const origin = parseOrigin(metadata.annotations);
  const { transforms, problems } = compileTransforms({ id: metadata.name, transforms: spec.transforms ?? [] }, compileRegex);
  if (problems.length > 0) return { rule: undefined, problems };
  const rule: CompiledRule = {
    id: metadata.name,
    priority: spec.priority,
    conditions: spec.conditions,
    action,
    transforms,
    decision: {
      kind: "rule",
      listener: spec.listenerRef.from.name,
      rule: metadata.name,
      priority: spec.priority,
      action: describeAction(action),
      ...(origin === undefined ? {} : { origin }),
    },
  };
  return { rule, problems };
}

function compileDefault({ metadata, spec }: Listener): CompiledRule {
  const action = compileAction(spec.defaultActions);
  const origin = parseOrigin(metadata.annotations);
  return {
    id: "default",
    priority: 0,
    conditions: [],
    action,
    // elbv2: a default rule takes none.
    transforms: undefined,
    decision: {
      kind: "rule",
      listener: metadata.name,
      rule: "default",
      priority: "default",
      action: describeAction(action),
      ...(origin === undefined ? {} : { origin }),
    },
  };
}
