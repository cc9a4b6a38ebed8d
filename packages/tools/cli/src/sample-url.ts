import type { Ingress } from "@loopway/model";

type IngressRule = NonNullable<NonNullable<Ingress["spec"]>["rules"]>[number];

/** Of paths as they are written: no regular expressions. */
const LITERAL = /^\/[\w/.*?~%@:-]*$/;

/** A request that a rule takes: its first path with a 1 in place of each wildcard. `host` is that of the rule; `listenerPort` one of HTTP or, 443, HTTPS. */
export function sampleUrl(host: string, listenerPort: number, { http }: IngressRule): string {
  const paths = (http?.paths ?? []).map(({ path = "/" }) => path).filter((path) => LITERAL.test(path));
  return originOf(listenerPort === 443 ? "https" : "http", sampleHost(host), listenerPort) + samplePath(paths[0] ?? "/");
}

export function originOf(scheme: "http" | "https", host: string, port: number): string {
  return `${scheme}://${host}${port === (scheme === "https" ? 443 : 80) ? "" : `:${port}`}`;
}

/** The certificate of a load balancer may be by the local CA, or for another name. */
export function curlFor(url: string): string {
  return url.startsWith("https:") ? "curl -k" : "curl";
}

/** "www.example.com" for "*.example.com". */
export function sampleHost(host: string): string {
  return host.startsWith("*.") ? `www${host.slice(1)}` : host;
}

function samplePath(path: string): string {
  return path === "/*" ? "/" : path.replaceAll(/[*?]/g, "1");
}
