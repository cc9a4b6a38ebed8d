import { AWS_NAMESPACE } from "@loopway/controllers";
import type { Listener } from "@loopway/model";
import { type Routes, routesOf } from "../routes.ts";
import type { Settled } from "../settled.ts";
import { type AnsweredRequest, answerRequest, type CheckedManifests, nameOf } from "./answer-request.ts";
import type { CheckRequest } from "./check-case.ts";
import type { RuleOfListener } from "./run-checks.ts";
import { witnessOf } from "./witness-request.ts";

/** A first case for one rule: what it does today. */
export interface InitialCase extends RuleOfListener {
  /** Undefined: nothing that was tried reaches the rule. */
  reached: { request: CheckRequest; answered: AnsweredRequest } | undefined;
}

/** A case for each rule of each listener, in order of priority. */
export function initialCases(settled: Settled): InitialCase[] {
  const manifests = { settled, routes: routesOf(settled) };
  return manifests.routes.flatMap((routes) =>
    routes.table.listeners.flatMap((listener) => {
      const object = settled.snapshot.get<Listener>("Listener", AWS_NAMESPACE, listener.name);
      return listener.rules.rules.map((rule, rank): InitialCase => {
        const place = { loadBalancer: nameOf(routes), listenerPort: listener.listenerPort, rule };
        const view = witnessOf(listener.rules, rank);
        if (view === undefined) return { ...place, reached: undefined };
        const request: CheckRequest = {
          ...view,
          protocol: object?.spec.protocol === "HTTPS" ? "https" : "http",
          listenerPort: listener.listenerPort,
          headers: view.keys.map((name, index) => ({ name, value: view.values[index] ?? "" })),
          random: { share: 0 },
        };
        return { ...place, reached: reach(manifests, routes, request) };
      });
    }),
  );
}

/** Names the load balancer only where the request alone does not lead to it. */
function reach(manifests: CheckedManifests, routes: Routes, request: CheckRequest): InitialCase["reached"] {
  const alone = answerRequest(manifests, request);
  if (!("reason" in alone) && alone.loadBalancer === nameOf(routes)) return { request, answered: alone };
  const named = { ...request, loadBalancer: routes.groupId };
  const answered = answerRequest(manifests, named);
  return "reason" in answered ? undefined : { request: named, answered };
}
