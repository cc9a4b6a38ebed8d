import { headerValue, type RequestHead } from "@loopway/http";

/**
 * The pod in whose place a request is sent, "name" or "namespace/name": the proxy's user is then called pod/NAME or pod/NAMESPACE/NAME (RFC 7617, no
 * password). Every other user, and none, is a client outside the cluster.
 */
export function senderOf(head: RequestHead): string | undefined {
  const [scheme = "", credentials = ""] = (headerValue(head, "proxy-authorization") ?? "").trim().split(/ +/);
  if (scheme.toLowerCase() !== "basic") return undefined;
  const [user = ""] = Buffer.from(credentials, "base64").toString().split(":");
  return /^pods?\/([^/]+(?:\/[^/]+)?)$/.exec(user)?.[1];
}
