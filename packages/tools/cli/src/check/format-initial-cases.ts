import { type CheckRequest, describeRegion, formatRegion, type InitialCase, SOMEBODY } from "@loopway/analysis";
import type { Origin } from "@loopway/model";

const HEAD = "# A case for each rule: what it does today. Keep those that matter, and name them for what they mean.\ntests:\n";

/** A test file for `loopway check`. Rules that nothing reaches are comments in it. */
export function formatInitialCases(cases: readonly InitialCase[], lineOf: (origin: Origin | undefined) => string | undefined): string {
  return `${HEAD}${cases.map((one) => formatCase(one, lineOf(one.rule.decision.origin))).join("")}`;
}

function formatCase({ rule, listenerPort, reached }: InitialCase, source: string | undefined): string {
  const place = `rule ${rule.priority} of port ${listenerPort}${source === undefined ? "" : `, ${source}`}`;
  if (reached === undefined)
    return `  # ${place}: nothing that was tried reaches it (${formatRegion(describeRegion(rule.conditions, rule.conditions))}); do the rules before it take everything?\n`;
  const { request, answered } = reached;
  const { host, path, method } = request;
  const expect = {
    ...(answered.service !== undefined && { service: answered.service }),
    ...(answered.status !== undefined && { status: answered.status }),
    ...(answered.location !== undefined && { redirect: answered.location }),
  };
  return [
    `  # ${place}`,
    `  - name: ${JSON.stringify(`${method} ${host}${path}`)}`,
    `    input: ${formatMapping(inputOf(request))}`,
    `    expect: ${formatMapping(expect)}`,
    "",
  ].join("\n");
}

function inputOf({ loadBalancer, method, protocol, host, listenerPort, path, query, headers, sourceIp }: CheckRequest): object {
  const port = listenerPort === (protocol === "https" ? 443 : 80) ? "" : `:${listenerPort}`;
  return {
    ...(loadBalancer !== undefined && { loadBalancer }),
    ...(method !== "GET" && { method }),
    url: `${protocol}://${host}${port}${path}${query === undefined ? "" : `?${query}`}`,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) }),
    ...(sourceIp !== SOMEBODY && { sourceIp }),
  };
}

/** A flow mapping; JSON is YAML, only the keys need no quotes. */
function formatMapping(mapping: object): string {
  const entries = Object.entries(mapping).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `{ ${entries.join(", ")} }`;
}
