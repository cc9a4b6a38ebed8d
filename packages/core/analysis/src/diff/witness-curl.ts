/** A request as a command that one can paste into a shell. */
import type { RequestView } from "@loopway/routing";

export interface WitnessTarget {
  protocol: "HTTP" | "HTTPS";
  listenerPort: number;
  /** Where a name that no DNS has is asked for: the load balancer's own. */
  dnsName: string;
}

export interface Witness {
  method: string;
  url: string;
  headers: readonly { name: string; value: string }[];
  /** Given only where it decides. */
  sourceIp?: string;
  curl: string;
}

const DEFAULT_PORTS = { HTTP: 80, HTTPS: 443 } as const;
const DNS_NAME = /^([a-z0-9_]([a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** @param hasSource whether the request's source address is part of why it is answered so */
export function formatWitness(request: RequestView, { protocol, listenerPort, dnsName }: WitnessTarget, hasSource: boolean): Witness {
  const { method, host, path, query, keys, values, sourceIp } = request;
  const isName = DNS_NAME.test(host);
  const port = listenerPort === DEFAULT_PORTS[protocol] ? "" : `:${listenerPort}`;
  const target = `${path}${query === undefined ? "" : `?${query}`}`;
  const url = `${protocol.toLowerCase()}://${isName ? host : dnsName}${port}${path === "*" ? "/" : target}`;
  const headers = keys.map((name, at) => ({ name, value: values[at] ?? "" }));
  const sent = [...(isName ? [] : [{ name: "host", value: host }]), ...headers];
  const words = [
    "curl -i",
    ...(/[[\]{}]/.test(url) ? ["-g"] : []),
    ...(/\/\.{1,2}(\/|$)/.test(path) ? ["--path-as-is"] : []),
    ...(path === "*" ? ["--request-target '*'"] : []),
    ...(host === "" ? ["--http1.0"] : []),
    ...(method === "GET" ? [] : method === "HEAD" ? ["--head"] : [`-X ${quote(method)}`]),
    ...sent.map(({ name, value }) => `-H ${quote(formatHeader(name, value))}`),
    quote(url),
    ...(hasSource ? [`# from ${sourceIp}`] : []),
  ];
  return { method, url, headers: sent, ...(hasSource && { sourceIp }), curl: words.join(" ") };
}

/** curl takes `name:` as "do not send it" and `name;` as "send it empty"; Host can only be left out. */
function formatHeader(name: string, value: string): string {
  if (value !== "") return `${name}: ${value}`;
  return name === "host" ? "host:" : `${name};`;
}

/** For a POSIX shell: nothing inside single quotes is special. */
function quote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
