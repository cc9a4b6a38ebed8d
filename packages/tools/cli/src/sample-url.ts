import type { Ingress } from "@loopway/model";

type IngressRule = NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number];

/** Of paths as they are written: no regular expressions. */
const LITERAL = /^\/[\w/.*?~%@:-]*$/;

/** A request that a rule takes: its first path with a 1 in place of each wildcard. `host` is that of the rule; `listenerPort` one of HTTP or, 443, HTTPS. */
export function sampleUrl(host: string, listenerPort: number, { http }: IngressRule): string {
  const paths = (http?.paths ?? []).map(({ path = "/" }) => path).filter((path) => LITERAL.test(path));
  const [scheme, own] = listenerPort === 443 ? ["https", 443] : ["http", 80];
  const port = listenerPort === own ? "" : `:${listenerPort}`;
  return `${scheme}://${sampleHost(host)}${port}${samplePath(paths[0] ?? "/")}`;
}

/** "www.example.com" for "*.example.com". */
export function sampleHost(host: string): string {
  return host.startsWith("*.") ? `www${host.slice(1)}` : host;
}

function samplePath(path: string): string {
  return path === "/*" ? "/" : path.replaceAll(/[*?]/g, "1");
}
