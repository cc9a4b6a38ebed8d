import type { CheckRequest, HeaderField } from "./check-case.ts";

/** The request as a load balancer passes it on. */
export interface BackendRequest {
  /** The Host header. */
  host: string;
  /** Path and query. */
  target: string;
  headers: HeaderField[];
}

/** Fields that the load balancer writes itself, and those of one connection (RFC 9110 section 7.6.1). */
const replaced: ReadonlySet<string> = new Set([
  ...["host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"],
  ...["connection", "keep-alive", "proxy-connection", "te", "upgrade"],
]);
const defaultPorts: readonly number[] = [80, 443];

/** ELB guide, "HTTP headers and Application Load Balancers": X-Forwarded-For in mode append, preserve_host_header off. */
export function backendRequest({ protocol, host, listenerPort, path, query, headers, sourceIp }: CheckRequest): BackendRequest {
  const forwardedFor = headers.filter(({ name }) => name.toLowerCase() === "x-forwarded-for").map(({ value }) => value);
  const hostSent = defaultPorts.includes(listenerPort) ? host : `${host}:${listenerPort}`;
  return {
    host: hostSent,
    target: query === undefined ? path : `${path}?${query}`,
    headers: [
      { name: "Host", value: hostSent },
      ...headers.filter(({ name }) => !replaced.has(name.toLowerCase())),
      { name: "X-Forwarded-For", value: [...forwardedFor, sourceIp].join(", ") },
      { name: "X-Forwarded-Proto", value: protocol },
      { name: "X-Forwarded-Port", value: String(listenerPort) },
    ],
  };
}
