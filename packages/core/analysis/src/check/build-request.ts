import { parseUrl } from "../explain/parse-url.ts";
import { type CheckRequest, type HeaderField, SOMEBODY } from "./check-case.ts";

/** What a test says of its request; the rest follows. */
export interface RequestWish {
  method: string | undefined;
  /** Whole, instead of host and path. */
  url?: string | undefined;
  host: string | undefined;
  path: string | undefined;
  port?: number | undefined;
  isTls?: boolean;
  query?: string | undefined;
  headers: readonly HeaderField[];
  sourceIp?: string | undefined;
  loadBalancer?: string | undefined;
  random: CheckRequest["random"];
}

/** Nothing is decoded or normalised on the way: rules see the path as it was sent. */
export function buildRequest(wish: RequestWish, report: (reason: string, field: string) => void): CheckRequest {
  const { method = "GET", url, headers, sourceIp = SOMEBODY, loadBalancer, random } = wish;
  const parts = url === undefined ? undefined : parseUrl(url);
  if (url !== undefined && parts === undefined) report("expected http://host/path or https://host/path", "url");
  if (url === undefined && wish.host === undefined) report("expected url, or host and path", "host");
  const [target = "", queryOfPath] = splitOnce(wish.path ?? "/", "?");
  const [host, port] = splitPort(wish.host ?? parts?.authority ?? "");
  const isTls = wish.isTls === true || parts?.protocol === "https";
  const path = parts?.path ?? target;
  if (/[^\x21-\xff]/.test(`${host}${path}`)) report("holds characters that a request cannot carry; percent-encode them", "path");
  if ("share" in random && !(random.share >= 0 && random.share < 1)) report("expected a number from 0 to below 1", "random");
  return {
    ...(loadBalancer !== undefined && { loadBalancer }),
    method,
    protocol: isTls ? "https" : "http",
    host,
    listenerPort: wish.port ?? port ?? (isTls ? 443 : 80),
    path,
    query: joinQueries(parts === undefined ? queryOfPath : parts.query, wish.query),
    headers,
    sourceIp,
    random,
  };
}

function splitPort(authority: string): readonly [host: string, port: number | undefined] {
  const found = /^(.*?)(?::(\d+))?$/.exec(authority);
  return [found?.[1] ?? authority, found?.[2] === undefined ? undefined : Number(found[2])];
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function joinQueries(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return `${first}&${second}`;
}
