/** Objects of one stack → the table that the load balancer serves from. */
import {
  type Action,
  attributeValue,
  type Decision,
  type Listener,
  type LoadBalancer,
  loadBalancerAddresses,
  type Problem,
  parseOrigin,
  type Rule,
  STACK_CHECKSUM_ANNOTATION,
  STACK_MEMBER_ANNOTATION,
  type TargetGroup,
} from "@loopway/model";
import { compileRules } from "./compile-rules.ts";
import type { CompileRegex } from "./regex.ts";
import type { RuleInput } from "./rule-input.ts";
import type { RuleTable } from "./rule-table.ts";

/** What was seen of one load balancer's stack. */
export interface StackObjects {
  loadBalancer: LoadBalancer;
  listeners: readonly Listener[];
  rules: readonly Rule[];
  targetGroups: readonly TargetGroup[];
}

export type CompiledAction =
  | { kind: "forward"; targetGroups: readonly string[]; weights: readonly number[] }
  | { kind: "redirect"; config: NonNullable<Action["redirectConfig"]> }
  | { kind: "fixed-response"; status: number; contentType: string; body: string }
  /** The rule stands, but this load balancer cannot do what it says: 500. */
  | { kind: "unsupported"; type: Action["type"] };

export interface CompiledRule extends RuleInput {
  action: CompiledAction;
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
export function isWhole({ loadBalancer, listeners, rules, targetGroups }: StackObjects): boolean {
  const sum = [...listeners, ...rules, ...targetGroups].reduce(
    (total, { metadata }) => (total + Number.parseInt(metadata.annotations?.[STACK_MEMBER_ANNOTATION] ?? "0", 16)) >>> 0,
    0,
  );
  return sum.toString(16).padStart(8, "0") === loadBalancer.metadata.annotations?.[STACK_CHECKSUM_ANNOTATION];
}

export interface CompileStackOptions {
  /** Of loadRegexEngine; wanted only where usesRegex says so of the rules' specs. Without it rules that need it have a problem. */
  compileRegex?: CompileRegex | undefined;
  /** With `https` listeners of that protocol are compiled too. A hop, which cannot serve them, leaves them out with a problem. */
  serves?: { https: boolean };
}

/** A rule with a problem is left out and the rest works. */
export function compileStack(
  { loadBalancer, listeners, rules }: StackObjects,
  { compileRegex, serves = { https: false } }: CompileStackOptions = {},
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
    const own = rules.filter(({ spec }) => spec.listenerRef.from.name === listener.metadata.name);
    const result = compileRules(
      own.map((rule) => compileRule(rule, listener.metadata.name)),
      compileRegex === undefined ? {} : { compileRegex },
    );
    problems.push(...result.problems);
    compiled.push({
      name: listener.metadata.name,
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

function compileRule({ metadata, spec }: Rule, listener: string): CompiledRule {
  const action = compileAction(spec.actions);
  const origin = parseOrigin(metadata.annotations);
  return {
    id: metadata.name,
    priority: spec.priority,
    conditions: spec.conditions,
    action,
    decision: {
      kind: "rule",
      listener,
      rule: metadata.name,
      priority: spec.priority,
      action: describeAction(action),
      ...(origin === undefined ? {} : { origin }),
    },
  };
}

function compileDefault({ metadata, spec }: Listener): CompiledRule {
  const action = compileAction(spec.defaultActions);
  const origin = parseOrigin(metadata.annotations);
  return {
    id: "default",
    priority: 0,
    conditions: [],
    action,
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

/** Exactly one of forward, redirect and fixed-response comes last; one that would authenticate before it must not be passed over. */
export function compileAction(actions: readonly Action[]): CompiledAction {
  const [first, ...others] = [...actions].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  if (first === undefined) return { kind: "unsupported", type: "forward" };
  const { forwardConfig, redirectConfig, fixedResponseConfig } = first;
  if (others.length > 0) return { kind: "unsupported", type: first.type };
  if (first.type === "forward" && forwardConfig !== undefined) {
    const { targetGroups } = forwardConfig;
    const names = targetGroups.map(({ targetGroupRef }) => targetGroupRef.from.name);
    return { kind: "forward", targetGroups: names, weights: targetGroups.map(({ weight }) => weight ?? 1) };
  }
  if (first.type === "redirect" && redirectConfig !== undefined) return { kind: "redirect", config: redirectConfig };
  if (first.type === "fixed-response" && fixedResponseConfig !== undefined) {
    const { statusCode, contentType = "text/plain", messageBody = "" } = fixedResponseConfig;
    return { kind: "fixed-response", status: Number(statusCode), contentType, body: messageBody };
  }
  return { kind: "unsupported", type: first.type };
}

function describeAction(action: CompiledAction): string {
  switch (action.kind) {
    case "forward":
      return `forward ${action.targetGroups.join(" ")}`;
    case "redirect":
      return `redirect ${action.config.statusCode}`;
    case "fixed-response":
      return `fixed-response ${action.status}`;
    case "unsupported":
      return action.type;
  }
}
