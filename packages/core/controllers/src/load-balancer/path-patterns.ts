// Paths of an Ingress → values of an ALB's path-pattern condition (pkg/ingress/model_build_listener_rules.go).
//
//   Prefix /               /*
//   Prefix /foo, /foo/     /foo  /foo/*
//   Exact /foo             /foo
//   others                 as written: AWS wildcards work
//   Prefix, Exact with * or ?   an error; lenient: Prefix /foo/* is taken as Prefix /foo

export interface IngressPath {
  path: string;
  pathType?: string;
}

export type PathPatterns =
  | { kind: "patterns"; values: string[] }
  /** What the real controller says, and what was taken instead. */
  | { kind: "accepted"; values: string[]; refusal: string; prefix: string }
  | { kind: "refused"; refusal: string };

/** An empty path gives no values: no condition. */
export function pathPatterns({ path, pathType }: IngressPath, strict: boolean): PathPatterns {
  if (path === "") return { kind: "patterns", values: [] };
  if (pathType === undefined || pathType === "ImplementationSpecific") return { kind: "patterns", values: [path] };
  const hasWildcard = /[*?]/.test(path);
  if (pathType === "Exact")
    return hasWildcard
      ? { kind: "refused", refusal: `exact path shouldn't contain wildcards: ${path}` }
      : { kind: "patterns", values: [path] };
  if (pathType !== "Prefix") return { kind: "refused", refusal: `unsupported pathType: ${pathType}` };
  if (!hasWildcard) return { kind: "patterns", values: prefixPatterns(path) };
  const refusal = `prefix path shouldn't contain wildcards: ${path}`;
  const prefix = lenientPrefix(path);
  return strict || prefix === undefined
    ? { kind: "refused", refusal }
    : { kind: "accepted", values: prefixPatterns(prefix), refusal, prefix };
}

function prefixPatterns(path: string): string[] {
  if (path === "/") return ["/*"];
  const trimmed = path.endsWith("/") ? path.slice(0, -1) : path;
  return [trimmed, `${trimmed}/*`];
}

function lenientPrefix(path: string): string | undefined {
  if (!path.endsWith("/*")) return undefined;
  const prefix = path.slice(0, -2) || "/";
  return /[*?]/.test(prefix) ? undefined : prefix;
}

const ORDER_OF_TYPES = ["Exact", "Prefix", "ImplementationSpecific"];

/**
 * Rule order inside one item of spec.rules: Exact as written, then Prefix by length of the path descending, then the rest as written.
 * Stable. Nothing is ever sorted across items, hosts or Ingresses.
 */
export function sortPaths<T extends { path?: string; pathType?: string }>(paths: readonly T[], strict: boolean): T[] {
  const rank = ({ pathType }: T) => ORDER_OF_TYPES.indexOf(pathType ?? "ImplementationSpecific");
  const length = ({ path = "", pathType }: T) => (pathType === "Prefix" ? (strict ? path : (lenientPrefix(path) ?? path)).length : 0);
  return paths.toSorted((left, right) => rank(left) - rank(right) || length(right) - length(left));
}
