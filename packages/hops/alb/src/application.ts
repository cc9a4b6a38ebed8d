/** What an ALB does with each request: the middle of the hop. Sockets are the engine's business, rules and targets are values. */
import { hasTwoAuthorities, hostnameOf, type Refusal, type RequestHead } from "@loopway/http";
import type { Application, UpstreamFailure } from "@loopway/l7-proxy";
import { buildLocation, type CompiledAction, type CompiledRule, matchRule } from "@loopway/routing";
import { chooseGroup } from "./choose-group.ts";
import { errorPage, SERVER } from "./error-page.ts";
import { buildTargetHead } from "./request-head.ts";
import { type AlbExchange, beginState, type Connection, type ExchangeAccount, type RequestState } from "./request-state.ts";
import type { TargetGroups } from "./target-groups.ts";
import { traceFor } from "./trace-ids.ts";
import { transformHead } from "./transform-head.ts";

export interface AlbSurroundings {
  targetGroups: TargetGroups;
  /** Uniform in [0, 1). */
  random(): number;
  /** The exchange is over: log it, report it. */
  ended(exchange: ExchangeAccount, state: RequestState): void;
}

const timeouts: ReadonlySet<UpstreamFailure> = new Set(["connect-timeout", "response-timeout"]);

/** ELB guide, "Troubleshoot your Application Load Balancers", HTTP 504: the time-outs; every other failure of a target is 502. */
export function statusOfFailure(failure: UpstreamFailure): 502 | 504 {
  return timeouts.has(failure) ? 504 : 502;
}

type ForwardAction = Extract<CompiledAction, { kind: "forward" }>;

export class AlbApplication implements Application<Connection, RequestState> {
  readonly #surroundings: AlbSurroundings;

  constructor(surroundings: AlbSurroundings) {
    this.#surroundings = surroundings;
  }

  request(exchange: AlbExchange, head: RequestHead): void {
    const { current } = exchange.listener.entry;
    if (current === undefined) {
      exchange.abort();
      return;
    }
    const trace = traceFor(head, exchange.startUs);
    const refusal = refusalOf(head);
    if (refusal !== undefined) {
      exchange.state = beginState(current.table, trace, undefined);
      fail(exchange, exchange.state, { status: refusal, close: true });
      return;
    }
    const { path, query, method, keys, values } = head;
    const host = hostnameOf(head.authority).toLowerCase();
    const { rules, defaultRule } = current.listener;
    const index = matchRule(rules, { host, path, query, method, keys, values, sourceIp: exchange.clientAddress });
    const rule = rules.rules[index] ?? defaultRule;
    const state = beginState(current.table, trace, rule);
    exchange.state = state;
    this.#act(exchange, head, { state, rule });
  }

  #act(exchange: AlbExchange, head: RequestHead, { state, rule }: { state: RequestState; rule: CompiledRule }): void {
    const { action } = rule;
    switch (action.kind) {
      case "forward":
        this.#chooseGroup(exchange, head, { state, action });
        if (rule.transforms === undefined) this.#forward(exchange, head, state);
        else {
          const transformed = transformHead(head, rule.transforms);
          state.transform = transformed.logged;
          if (transformed.head === undefined) fail(exchange, state, { status: 500 });
          else this.#forward(exchange, transformed.head, state);
        }
        break;
      case "fixed-response": {
        if (rule.decision.priority === "default" && action.status === 404) state.code = "ELB_404";
        const headers = { Server: SERVER, "Content-Type": action.contentType };
        exchange.answer({ status: action.status, headers, body: action.body });
        break;
      }
      case "redirect": {
        const { listenerPort } = exchange.listener.entry;
        const { authority, path, query } = head;
        const host = hostnameOf(authority === "" ? exchange.downstream.local : authority);
        const location = buildLocation(action.config, { protocol: "http", host, listenerPort, path, query });
        if (location === undefined) fail(exchange, state, { status: 500 });
        else {
          state.redirectUrl = location;
          const status = action.config.statusCode === "HTTP_302" ? 302 : 301;
          exchange.answer(errorPage(status, { headers: { Location: location } }));
        }
        break;
      }
      case "unsupported":
        fail(exchange, state, { status: 500 });
    }
  }

  #chooseGroup(exchange: AlbExchange, head: RequestHead, { state, action }: { state: RequestState; action: ForwardAction }): void {
    const { targetGroups, weights, stickySeconds } = action;
    let name = targetGroups[0];
    if (targetGroups.length > 1 || weights[0] === 0 || stickySeconds !== undefined) {
      const chosen = chooseGroup(action, head, { nowUs: exchange.startUs, random: this.#surroundings.random() });
      exchange.responseFields = chosen.cookies;
      name = chosen.name;
    }
    if (name === undefined) return;
    state.targetGroup = name;
    state.group = this.#surroundings.targetGroups.get(name);
  }

  #forward(exchange: AlbExchange, head: RequestHead, state: RequestState): void {
    const { listenerPort } = exchange.listener.entry;
    const localAddress = hostnameOf(exchange.downstream.local);
    const text = buildTargetHead(head, state.trace, { listenerPort, clientAddress: exchange.clientAddress, localAddress });
    if (text === undefined) {
      fail(exchange, state, { status: 463 });
      return;
    }
    const target = state.group?.take();
    if (state.group === undefined || target === undefined) {
      fail(exchange, state, { status: 503 });
      return;
    }
    state.target = target;
    state.health = target.record.state;
    state.candidates = state.group.candidateCount;
    exchange.forward(target, text);
  }

  refused(exchange: AlbExchange, { status }: Refusal): void {
    const table = exchange.listener.entry.current?.table;
    if (table === undefined) exchange.abort();
    else {
      exchange.state ??= beginState(table, { value: "-", root: "-" }, undefined);
      fail(exchange, exchange.state, { status, close: true });
    }
  }

  failed(exchange: AlbExchange, failure: UpstreamFailure): void {
    if (exchange.state === undefined) exchange.abort();
    else fail(exchange, exchange.state, { status: statusOfFailure(failure) });
  }

  ended(exchange: AlbExchange): void {
    const { state, failure } = exchange;
    if (state === undefined) return;
    if (state.target !== undefined) state.group?.release(state.target);
    if (failure === "client-closed") state.code = "ELB_460";
    else if (failure === "truncated") state.code = "ELB_502";
    this.#surroundings.ended(exchange, state);
  }
}

/** What parses and is not taken all the same. ELB guide, "Troubleshoot": HTTP 405 for TRACE; CONNECT is a forward proxy's. */
function refusalOf(head: RequestHead): number | undefined {
  if (head.method === "TRACE" || head.method === "CONNECT") return 405;
  return hasTwoAuthorities(head) ? 400 : undefined;
}

function fail(exchange: AlbExchange, state: RequestState, { status, close = false }: { status: number; close?: boolean }): void {
  state.code = `ELB_${status}`;
  exchange.answer(errorPage(status, { close }));
}
