/** X-Forwarded-For in mode "append". AWS: "HTTP headers and Application Load Balancers". */
import { headerList, type RequestHead } from "./head.ts";

/** ALB answers 463 beyond it. */
const MAX_FORWARDED_ADDRESSES = 30;

/** What the client sent, with its address behind; undefined when it sent more addresses than an ALB takes. */
export function appendForwardedFor(head: RequestHead, clientAddress: string): string | undefined {
  const before = headerList(head, "x-forwarded-for");
  // A field that Connection names is gone before ours is added.
  if (before === undefined || before === "" || head.connectionNames.includes("x-forwarded-for")) return clientAddress;
  if (before.split(",").length > MAX_FORWARDED_ADDRESSES) return undefined;
  return `${before}, ${clientAddress}`;
}
