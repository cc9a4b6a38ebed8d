/** DNS over HTTPS as a value: which DNS message a request carries (RFC 8484 section 4.1), and what its answer says of caching. */
import { decodeResponse } from "@loopway/dns";

const DOH_PATH = "/dns-query";
export const DNS_MESSAGE = "application/dns-message";
export const MAX_MESSAGE = 65_535;

export interface DohRequest {
  method: string;
  /** Origin-form. */
  url: string;
  contentType: string | undefined;
  body: Buffer;
}

/** The message, or the status that refuses the request. */
export function readMessage({ method, url, contentType, body }: DohRequest): Buffer | number {
  const [path, ...query] = url.split("?");
  if (path !== DOH_PATH) return 404;
  if (method === "GET") {
    const text = new URLSearchParams(query.join("?")).get("dns") ?? "";
    return /^[A-Za-z0-9_-]+$/.test(text) ? Buffer.from(text, "base64url") : 400;
  }
  if (method !== "POST") return 405;
  if (contentType?.split(";")[0]?.trim().toLowerCase() !== DNS_MESSAGE) return 415;
  if (body.length > MAX_MESSAGE) return 413;
  return body.length === 0 ? 400 : body;
}

/** Fresh no longer than the shortest TTL of the answer section (section 5.1); an answer without records is asked for anew. */
export function cacheControl(message: Uint8Array): string {
  const ttls = decodeResponse(message)?.answers.map(({ ttl }) => ttl) ?? [];
  return `max-age=${ttls.length === 0 ? 0 : Math.min(...ttls)}`;
}
