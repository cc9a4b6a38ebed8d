import { matchRule } from "@loopway/routing";
import type { Routes } from "../routes.ts";
import { detach } from "./detach.ts";
import type { LogLine } from "./parse-log-line.ts";
import type { RequestField } from "./parse-request-field.ts";
import { compileVisible, type Expectation, type VisibleListener } from "./visible-rules.ts";

/** Hosts that are remembered in lower case. */
const MAX_HOSTS = 4096;
const AGENT_KEYS = ["user-agent"];
const NONE: readonly string[] = [];

/** Predicts, for one load balancer, which rule takes a logged request. */
export class Predictor {
  readonly routes: Routes;
  readonly #listenersByPort: ReadonlyMap<number, VisibleListener>;
  readonly #lowerByHost = new Map<string, string>();

  constructor(routes: Routes) {
    this.routes = routes;
    this.#listenersByPort = new Map(routes.table.listeners.map((listener) => [listener.listenerPort, compileVisible(routes, listener)]));
  }

  /** Undefined where nothing listens on the request's port. */
  predict({ clientAddress, userAgent }: LogLine, request: RequestField): Expectation | undefined {
    const listener = this.#listenersByPort.get(request.listenerPort);
    if (listener === undefined) return undefined;
    const rank = matchRule(listener.rules, {
      host: this.#lower(request.host),
      path: request.path,
      query: request.query,
      method: request.method,
      keys: userAgent === undefined ? NONE : AGENT_KEYS,
      values: userAgent === undefined ? NONE : [userAgent],
      sourceIp: clientAddress,
    });
    return listener.expectations[rank] ?? listener.defaultExpectation;
  }

  /** Detached, because the rule table remembers hosts too. */
  #lower(host: string): string {
    const known = this.#lowerByHost.get(host);
    if (known !== undefined) return known;
    if (this.#lowerByHost.size >= MAX_HOSTS) this.#lowerByHost.clear();
    const lower = detach(host.toLowerCase());
    this.#lowerByHost.set(detach(host), lower);
    return lower;
  }
}
