/** What an Application Load Balancer tells a target of the request's way. AWS: "HTTP headers and Application Load Balancers". */
import { headerList, type RequestHead } from "./head.ts";
import { explicitPort } from "./target.ts";

/** Lower-case names of the fields that the load balancer writes itself: the client's own do not go on. */
export const FORWARDED_FIELDS: ReadonlySet<string> = new Set([
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-amzn-trace-id",
]);

/** ALB answers 463 beyond it. */
const MAX_FORWARDED_ADDRESSES = 30;

/** X-Forwarded-For in mode "append": what the client sent, with its address behind; undefined when it sent more addresses than an ALB takes. */
export function appendForwardedFor(head: RequestHead, clientAddress: string): string | undefined {
  const before = headerList(head, "x-forwarded-for");
  // A field that Connection names is gone before ours is added.
  if (before === undefined || before === "" || head.connectionNames.includes("x-forwarded-for")) return clientAddress;
  if (before.split(",").length > MAX_FORWARDED_ADDRESSES) return undefined;
  return joinForwardedFor(before, clientAddress);
}

/** `before`: the field as the client sent it, all its lines joined; may be empty. */
export function joinForwardedFor(before: string, clientAddress: string): string {
  return before === "" ? clientAddress : `${before}, ${clientAddress}`;
}

/**
 * The target's Host with preserve_host_header off: the port is stripped where it is that of a listener on 80 or 443, and added on any other
 * listener where the client left it out.
 */
export function hostAtTarget(authority: string, listenerPort: number): string {
  const given = explicitPort(authority);
  if (listenerPort !== 80 && listenerPort !== 443) return given === undefined ? `${authority}:${listenerPort}` : authority;
  return given === listenerPort ? authority.slice(0, authority.lastIndexOf(":")) : authority;
}
