import { isIP } from "node:net";
import { explicitPort, hostnameOf, type RequestHead } from "@loopway/http";

/** Where a request wants to go, in the client's words. */
export interface Destination {
  /** In lower case. */
  name: string;
  port: number;
  isAddress: boolean;
}

export type Refused = { refusal: string };

const HOW_TO_USE =
  "this is Loopway's forward proxy: use it as one (curl -x http://127.0.0.1:3128 http://api.example.com/, or HTTP_PROXY) and it resolves the name as a client would";

/** Absolute-form (RFC 9112 section 3.2.2) or CONNECT; the proxy is no server of its own. */
export function parseDestination(head: RequestHead): Destination | Refused {
  if (head.form !== "absolute" && head.form !== "authority") return { refusal: HOW_TO_USE };
  if (/^https:/i.test(head.target)) return { refusal: "https is tunnelled: send CONNECT, as clients do for https URLs" };
  const name = hostnameOf(head.authority).toLowerCase();
  if (name.startsWith("[")) return { refusal: "the region has IPv4 addresses only" };
  return { name, port: explicitPort(head.authority) ?? 80, isAddress: isIP(name) === 4 };
}
