import { unescapeField } from "./parse-log-line.ts";

/** What field 13 says of a request: METHOD protocol://host:port/uri HTTP/version. */
export interface RequestField {
  method: string;
  protocol: string;
  /** As sent, without port, case kept. */
  host: string;
  listenerPort: number;
  /** As sent. */
  path: string;
  /** Without the question mark. */
  query: string | undefined;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** Undefined for a request that the load balancer itself could not read ("- http://10.0.0.1:80- -"), or a field of another form. */
export function parseRequestField(field: string): RequestField | undefined {
  const methodEnd = field.indexOf(" ");
  const uriEnd = field.lastIndexOf(" ");
  const hostStart = field.indexOf("://", methodEnd) + 3;
  if (methodEnd < 1 || uriEnd <= methodEnd || hostStart < 3) return undefined;
  const method = field.slice(0, methodEnd);
  if (method === "-") return undefined;
  // The port always follows; an IPv6 host has colons of its own.
  const colon = field.indexOf(":", field.startsWith("[", hostStart) ? field.indexOf("]", hostStart) : hostStart);
  if (colon < 0) return undefined;
  let listenerPort = 0;
  let pathStart = colon + 1;
  for (; pathStart < uriEnd; pathStart++) {
    const code = field.charCodeAt(pathStart);
    if (code < DIGIT_0 || code > DIGIT_9) break;
    listenerPort = listenerPort * 10 + code - DIGIT_0;
  }
  if (pathStart === colon + 1) return undefined;
  const uri = unescapeField(field.slice(pathStart, uriEnd));
  const mark = uri.indexOf("?");
  return {
    method,
    protocol: field.slice(methodEnd + 1, hostStart - 3),
    host: field.slice(hostStart, colon),
    listenerPort,
    path: mark < 0 ? uri : uri.slice(0, mark),
    query: mark < 0 ? undefined : uri.slice(mark + 1),
  };
}
