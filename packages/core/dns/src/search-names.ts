/** The names that a resolver asks for in the place of one: glibc, resolv/res_query.c, __res_context_search; musl tries the same. */
import type { ResolvConf } from "./resolv-conf.ts";

const DEFAULT_NDOTS = 1;
/** resolv.conf(5): RES_MAXNDOTS. */
const MAX_NDOTS = 15;

/**
 * In the order in which they are asked for, without the final dot; the first that exists counts. A name with fewer dots than ndots is tried with
 * the search list first, one with as many or more as it is; one that ends in a dot as it is only.
 */
export function searchNames(name: string, { searches, options }: Pick<ResolvConf, "searches" | "options">): string[] {
  const bare = name.replace(/\.$/, "");
  if (name.endsWith(".")) return [bare];
  const searched = searches.map((suffix) => `${bare}.${suffix}`.replace(/\.+$/, ""));
  const isTriedFirst = bare.split(".").length > ndotsOf(options);
  return [...new Set(isTriedFirst ? [bare, ...searched] : [...searched, bare])];
}

/** The last one counts; glibc's atoi makes 0 of what is no number. */
function ndotsOf(options: readonly string[]): number {
  const text = options.findLast((option) => option.startsWith("ndots:"))?.slice("ndots:".length);
  return text === undefined ? DEFAULT_NDOTS : Math.min(Number.parseInt(text, 10) || 0, MAX_NDOTS);
}
