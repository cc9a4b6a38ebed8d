/** A URL taken apart and nothing else: no part is decoded, normalised or put in lower case but scheme and host. */
export interface UrlParts {
  protocol: "http" | "https";
  /** Lower case, without port. */
  host: string;
  /** As written, with its port. */
  authority: string;
  port: number;
  /** "/" where the URL has none. */
  path: string;
  query: string | undefined;
}

const URL_PARTS = /^(https?):\/\/([^/?#@\s]+)([^?#\s]*)(?:\?([^#\s]*))?(?:#\S*)?$/i;

/** Undefined for anything that is not an absolute http or https URL with a host. */
export function parseUrl(text: string): UrlParts | undefined {
  const [, scheme, authority, path, query] = URL_PARTS.exec(text) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  const protocol = scheme.toLowerCase() === "https" ? "https" : "http";
  const [, host, portText] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  if (host === undefined) return undefined;
  const port = portText === undefined ? (protocol === "https" ? 443 : 80) : Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  return { protocol, host: host.toLowerCase(), authority, port, path: path === undefined || path === "" ? "/" : path, query };
}
