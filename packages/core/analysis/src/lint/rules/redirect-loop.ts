// Follows each redirect of the group through its own listeners, as a browser would, until something else answers or a URL comes again.
import { buildLocation, compileRules, matchRule, type RequestView } from "@loopway/routing";
import type { GroupView, ListenerView, RuleView } from "../group-view.ts";
import type { LintRule } from "../rule.ts";
import { boxesOf } from "../rule-region.ts";
import { requestIn, urlOf } from "../witness.ts";

/** Browsers give up after twenty. */
const MAX_HOPS = 20;

export const redirectLoop: LintRule = {
  code: "redirect-loop",
  severity: "error",
  summary: "a redirect that leads back to itself: browsers give up",
  *check({ views }) {
    for (const view of views) {
      const told = new Set<string>();
      for (const listener of view.listeners) {
        for (const rule of listener.rules) {
          const loop = rule.rule.spec.actions.some(({ type }) => type === "redirect") ? followFrom(view, listener, rule) : undefined;
          if (loop === undefined || told.has(rule.path)) continue;
          told.add(rule.path);
          yield {
            object: rule.object,
            path: rule.path,
            message: `redirects without end: ${loop.urls.join(" → ")}`,
            suggestion: "redirect to a URL that another rule answers, or make this rule's host and path narrower",
            witness: { method: "GET", url: loop.urls[0] ?? "", headers: {}, takenBy: rule },
          };
        }
      }
    }
  },
};

function followFrom(view: GroupView, start: ListenerView, rule: RuleView): { urls: string[] } | undefined {
  const [box] = boxesOf(rule.rule.spec.conditions);
  let request = box === undefined ? undefined : requestIn(box);
  let listener: ListenerView | undefined = start;
  const urls: string[] = [];
  while (request !== undefined && listener !== undefined && urls.length < MAX_HOPS) {
    const url = urlOf(listener, request);
    if (urls.includes(url)) return { urls: [...urls.slice(urls.indexOf(url)), url] };
    urls.push(url);
    const next = nextRequest(listener, request);
    if (next === undefined) return undefined;
    const { location } = next;
    listener = view.listeners.find(({ listenerPort, protocol }) => listenerPort === location.port && protocol === location.protocol);
    // Another host of the group is the same load balancer; any other is not ours to know.
    if (!isOwnHost(view, location.host)) return undefined;
    request = { ...request, host: location.host, path: location.path, query: location.query };
  }
  return undefined;
}

interface Location {
  protocol: string;
  host: string;
  port: number;
  path: string;
  query: string | undefined;
}

function nextRequest(listener: ListenerView, request: RequestView): { location: Location } | undefined {
  const { table } = compileRules(
    listener.rules.map(({ rule }) => ({ id: rule.metadata.name, priority: rule.spec.priority, conditions: rule.spec.conditions, rule })),
  );
  const actions = table.rules[matchRule(table, request)]?.rule.spec.actions ?? listener.listener.spec.defaultActions;
  const config = actions.find(({ type }) => type === "redirect")?.redirectConfig;
  if (config === undefined) return undefined;
  const { host, path, query } = request;
  const location = buildLocation(config, {
    protocol: listener.protocol.toLowerCase(),
    host,
    listenerPort: listener.listenerPort,
    path,
    query,
  });
  if (location === undefined) return undefined;
  const match = /^(https?):\/\/([^:/]*):(\d+)(\/[^?]*)(?:\?(.*))?$/.exec(location);
  if (match === null) return undefined;
  const [, protocol = "", toHost = "", port = "", toPath = "", toQuery] = match;
  return { location: { protocol: protocol.toUpperCase(), host: toHost, port: Number(port), path: toPath, query: toQuery } };
}

function isOwnHost({ listeners }: GroupView, host: string): boolean {
  return listeners.some(({ rules }) =>
    rules.some(({ rule }) =>
      boxesOf(rule.spec.conditions).some(
        (box) =>
          box.host.text === host || box.host.text === "*" || (box.host.text.startsWith("*.") && host.endsWith(box.host.text.slice(1))),
      ),
    ),
  );
}
