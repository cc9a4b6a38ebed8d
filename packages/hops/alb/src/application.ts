/** What an ALB does with each request: the middle of the hop. Sockets are the engine's business, rules and targets are values. */
import { pickWeighted } from "@loopway/balancing";
import { hasTwoAuthorities, hostnameOf, type Refusal, type RequestHead } from "@loopway/http";
import type { Application, UpstreamFailure } from "@loopway/l7-proxy";
import { matchRule } from "@loopway/routing";
import type { CompiledAction, CompiledRule } from "./compile.ts";
import { errorPage, SERVER } from "./error-page.ts";
import { buildLocation } from "./redirect.ts";
import { buildTargetHead, traceFor } from "./request-head.ts";
import type { AlbExchange, Connection, RequestState } from "./request-state.ts";
import type { TargetGroups } from "./target-groups.ts";

export interface AlbSurroundings {
  targetGroups: TargetGroups;
  nowUs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** The exchange is over: log it, report it. */
  ended(exchange: AlbExchange, state: RequestState): void;
}

/** ELB guide, "Troubleshoot your Application Load Balancers", HTTP 504: the time-outs; every other failure of a target is 502. */
const statusOfTimeout: Partial<Record<UpstreamFailure, number>> = { "connect-timeout": 504, "response-timeout": 504 };

export function createApplication({ targetGroups, nowUs, random, ended }: AlbSurroundings): Application<Connection, RequestState> {
  const begin = (exchange: AlbExchange, head: RequestHead | undefined, rule: CompiledRule | undefined): RequestState | undefined => {
    const table = exchange.listener.entry.current?.table;
    if (table === undefined) return undefined;
    const trace = head === undefined ? { value: "-", root: "-" } : traceFor(head, nowUs());
    exchange.state = {
      table,
      trace,
      rule,
      targetGroup: "",
      group: undefined,
      target: undefined,
      health: "",
      candidates: 0,
      redirectUrl: "-",
      code: undefined,
    };
    return exchange.state;
  };

  const fail = (exchange: AlbExchange, status: number, close = false) => {
    if (exchange.state !== undefined) exchange.state.code = `ELB_${status}`;
    exchange.answer(errorPage(status, { close }));
  };

  const forward = (exchange: AlbExchange, head: RequestHead, action: Extract<CompiledAction, { kind: "forward" }>) => {
    const { state } = exchange;
    const index = action.targetGroups.length === 1 ? 0 : pickWeighted(action.weights, random());
    const name = index === undefined ? undefined : action.targetGroups[index];
    const group = name === undefined ? undefined : targetGroups.get(name);
    if (state === undefined) return exchange.abort();
    state.targetGroup = name ?? "";
    state.group = group;
    const { listenerPort } = exchange.listener.entry;
    const localAddress = hostnameOf(exchange.downstream.local);
    const text = buildTargetHead(head, state.trace, { listenerPort, clientAddress: exchange.clientAddress, localAddress });
    if (text === undefined) return fail(exchange, 463);
    const target = group?.take();
    if (group === undefined || target === undefined) return fail(exchange, 503);
    state.target = target;
    state.health = target.record.state;
    state.candidates = group.candidateCount;
    exchange.forward(target, text);
  };

  const act = (exchange: AlbExchange, head: RequestHead, rule: CompiledRule) => {
    const { action } = rule;
    switch (action.kind) {
      case "forward":
        forward(exchange, head, action);
        break;
      case "fixed-response": {
        const headers = { Server: SERVER, "Content-Type": action.contentType };
        if (rule.decision.priority === "default" && action.status === 404 && exchange.state) exchange.state.code = "ELB_404";
        exchange.answer({ status: action.status, headers, body: action.body });
        break;
      }
      case "redirect": {
        const { listenerPort } = exchange.listener.entry;
        const { path, query } = head;
        const location = buildLocation(action.config, { protocol: "http", host: hostnameOf(head.authority), listenerPort, path, query });
        if (exchange.state) exchange.state.redirectUrl = location;
        exchange.answer(errorPage(action.config.statusCode === "HTTP_302" ? 302 : 301, { headers: { Location: location } }));
        break;
      }
      case "unsupported":
        fail(exchange, 500);
    }
  };

  return {
    request(exchange, head) {
      const current = exchange.listener.entry.current;
      if (current === undefined) return exchange.abort();
      const { path, query, method, keys, values } = head;
      const host = hostnameOf(head.authority).toLowerCase();
      const isRefused = method === "TRACE" || method === "CONNECT" || hasTwoAuthorities(head);
      const { rules, defaultRule } = current.listener;
      const index = isRefused ? -1 : matchRule(rules, { host, path, query, method, keys, values, sourceIp: exchange.clientAddress });
      const rule = rules.rules[index] ?? defaultRule;
      begin(exchange, head, isRefused ? undefined : rule);
      if (isRefused) fail(exchange, hasTwoAuthorities(head) ? 400 : 405, true);
      else act(exchange, head, rule);
    },

    refused(exchange, refusal: Refusal) {
      const state = exchange.state ?? begin(exchange, undefined, undefined);
      if (state === undefined) exchange.abort();
      else fail(exchange, refusal.status, true);
    },

    failed(exchange, failure) {
      fail(exchange, statusOfTimeout[failure] ?? 502);
    },

    ended(exchange) {
      const { state } = exchange;
      if (state === undefined) return;
      if (state.target !== undefined) state.group?.release(state.target);
      if (exchange.failure === "client-closed") state.code = "ELB_460";
      else if (exchange.failure === "truncated") state.code = "ELB_502";
      ended(exchange, state);
    },
  };
}
