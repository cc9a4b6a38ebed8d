import type { Action } from "@loopway/model";
import type { CompiledAction } from "@loopway/routing";

/** What a request gets, apart from the names under which AWS objects carry it: the same Services are the same answer under other rules and target groups. */
export type Answer =
  | { kind: "service"; services: readonly WeightedService[] }
  /** `location` with the placeholders of the redirect action, whole. */
  | { kind: "redirect"; status: number; location: string }
  | { kind: "fixed-response"; status: number; contentType: string; body: string }
  /** Authentication and what else this load balancer does not do. */
  | { kind: "unsupported"; type: Action["type"] }
  /** Nothing listens there. */
  | { kind: "unreachable" };

export interface WeightedService {
  /** "namespace/service:port"; the target group's name where no Service is behind it. */
  service: string;
  /** Share of the requests, 0 to 1. */
  share: number;
}

/** @param serviceOf gives "namespace/service:port" of a target group's name */
export function answerOf(action: CompiledAction, serviceOf: (targetGroup: string) => string): Answer {
  switch (action.kind) {
    case "forward": {
      const total = action.weights.reduce((sum, weight) => sum + weight, 0);
      const weighted = action.targetGroups.map((name, index) => ({
        service: serviceOf(name),
        share: total === 0 ? 0 : (action.weights[index] ?? 0) / total,
      }));
      return { kind: "service", services: mergeShares(weighted) };
    }
    case "redirect":
      return { kind: "redirect", status: action.config.statusCode === "HTTP_302" ? 302 : 301, location: locationTemplate(action.config) };
    case "fixed-response":
      return { kind: "fixed-response", status: action.status, contentType: action.contentType, body: action.body };
    case "unsupported":
      return { kind: "unsupported", type: action.type };
  }
}

/** Several target groups may be of one Service; sorted by name. */
function mergeShares(weighted: readonly WeightedService[]): WeightedService[] {
  const shares = new Map<string, number>();
  for (const { service, share } of weighted) shares.set(service, (shares.get(service) ?? 0) + share);
  return [...shares].map(([service, share]) => ({ service, share })).sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** elbv2 RedirectActionConfig: a part that is not given keeps the request's. */
function locationTemplate({ protocol, host, port, path, query }: NonNullable<Action["redirectConfig"]>): string {
  const part = query ?? "#{query}";
  const url = `${(protocol ?? "#{protocol}").toLowerCase()}://${host ?? "#{host}"}:${port ?? "#{port}"}${path ?? "/#{path}"}`;
  return part === "" ? url : `${url}?${part}`;
}

export function isSameAnswer(left: Answer, right: Answer): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** "default/orders:8080", "default/a:80 90 %, default/b:80 10 %", "301 → https://#{host}:443/#{path}?#{query}", "fixed 404" */
export function formatAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "service":
      return answer.services.length === 1
        ? (answer.services[0]?.service ?? "")
        : answer.services.map(({ service, share }) => `${service} ${Math.round(share * 100)} %`).join(", ");
    case "redirect":
      return `${answer.status} → ${answer.location}`;
    case "fixed-response":
      return `fixed ${answer.status}${answer.body === "" ? "" : ` ${JSON.stringify(answer.body)}`}`;
    case "unsupported":
      return `${answer.type} (not emulated)`;
    case "unreachable":
      return "no listener";
  }
}
