import type { RuleCondition } from "@loopway/model";
import { plainValues, type RequestView, regexValues } from "@loopway/routing";

export interface WitnessWishes {
  /** Of both rules. */
  conditions: readonly RuleCondition[];
  /** That people know; the last one is tried last. */
  hosts: readonly string[];
  /** The host may not change. */
  isHostFixed: boolean;
  /** Whether the request is one of the same change. */
  isSame(request: RequestView): boolean;
}

/** Hosts tried: a load balancer may have a thousand. */
const MAX_HOSTS = 20;

/** A request of the same change that a person would write: with a host that exists, and something where a `*` stands. */
export function improveWitness(witness: RequestView, { conditions, hosts, isHostFixed, isSame }: WitnessWishes): RequestView {
  const own = filled(conditions, "host-header", "www").map((host) => host.toLowerCase());
  const named = own.length > 0 ? own : hosts.length > MAX_HOSTS ? [...hosts.slice(0, MAX_HOSTS), ...hosts.slice(-1)] : hosts;
  const host = isHostFixed ? witness.host : (named.find((name) => name !== "" && isSame({ ...witness, host: name })) ?? witness.host);
  const paths = filled(conditions, "path-pattern", "x");
  const path = paths.find((one) => one.startsWith("/") && isSame({ ...witness, host, path: one })) ?? witness.path;
  return { ...witness, host, path };
}

/** Longest first: the most particular pattern says most. */
function filled(conditions: readonly RuleCondition[], field: RuleCondition["field"], text: string): string[] {
  const patterns = conditions.filter((condition) => condition.field === field && regexValues(condition).length === 0).flatMap(plainValues);
  return patterns.map((pattern) => pattern.replaceAll("*", text).replaceAll("?", "x")).sort((a, b) => b.length - a.length);
}
